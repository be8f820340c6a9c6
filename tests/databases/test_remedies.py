"""What is missing is had in a way that works."""

import psycopg
import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.migrations.error_remedies import _OF_EXTENSIONS, for_message


@pytest.mark.parametrize("schema", ["cron", "graphql", "net", "pgmq"])
def test_a_schema_that_an_extension_brings_names_the_extension(
    embedded: Server, name: str, schema: str
) -> None:
    extension = _OF_EXTENSIONS[schema]
    dsn = databases.create(embedded, name=name, platform="supabase", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        for statement in (f"grant usage on schema {schema} to anon", f"table {schema}.some"):
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(statement.encode())
            told = str(caught.value.diag.message_primary)
            remedy = for_message(told, caught.value.sqlstate or "")
            assert remedy.startswith(f"it comes with {extension}: `create extension {extension}`")
        connection.execute(f"create extension {extension}".encode())
        connection.execute(f"grant usage on schema {schema} to anon".encode())
    databases.drop(embedded, name)


def test_what_the_platform_brings_names_the_platform() -> None:
    assert "platform: supabase" in for_message('schema "auth" does not exist', "3F000")
    assert "platform: supabase" in for_message('relation "auth.users" does not exist', "42P01")


def test_an_extension_that_is_lacking_names_the_servers_with_stand_ins() -> None:
    told = for_message('extension "pg_net" is not available', "0A000")
    assert "1. a server of ours has SQL stand-ins" in told
