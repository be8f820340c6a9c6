"""The migrations ask for no more than Supabase gives: an owner of public that is no superuser."""

from collections.abc import Iterator

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.apply import apply, apply_all
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.read import read
from tests.example.whole_catalog import all_rows, whole_catalog
from tests.example.worked_example import LEGACY, SEED, Connection, run

OWNER = """
    create role example_owner nosuperuser bypassrls;
    grant create on database {database} to example_owner;
    create extension vector with schema extensions;  -- which Supabase lets its owner do
    grant anon, authenticated, service_role to example_owner;
    grant select, references, trigger on auth.users to example_owner;
    grant usage on schema auth, extensions to example_owner;
    alter schema public owner to example_owner;
    alter publication supabase_realtime owner to example_owner;
    alter default privileges for role example_owner in schema public
        grant all on tables to anon, authenticated, service_role;
    alter default privileges for role example_owner in schema public
        grant all on functions to anon, authenticated, service_role;
"""


@pytest.fixture
def owner(server: databases.Server, empty_template: str) -> Iterator[Connection]:
    """A connection to an empty project as a role that owns `public` and bypasses policies."""
    name = "example_owned"
    dsn = databases.clone(server, empty_template, name)
    with databases.connect(dsn, autocommit=True) as admin:
        admin.execute(OWNER.format(database=name).encode())
    try:
        with databases.connect(dsn, autocommit=True) as connection:
            connection.execute("set role example_owner")
            yield connection
    finally:
        databases.drop(server, name)
        with databases.connect(server.dsn, autocommit=True) as admin:
            admin.execute("drop role example_owner")


def fill(connection: Connection) -> None:
    """Apply v2 as the owner and its rows as the superuser, who may write to auth.users."""
    apply_all(connection, read(LEGACY).migrations)
    connection.execute("reset role")
    apply(connection, Migration(SEED, "", "seed"))
    connection.execute("set role example_owner")


def test_there_and_back_without_a_superuser(owner: Connection) -> None:
    fill(owner)
    catalog, rows = whole_catalog(owner), all_rows(owner)
    run(owner, "003", "003", "004", "004", "005")
    assert whole_catalog(owner) ^ catalog == set()
    assert all_rows(owner) == rows


def test_the_first_statement_that_needs_pgvector_finds_it_in_a_new_session(
    server: databases.Server, owner: Connection
) -> None:
    """Until its library is loaded, naming its settings is for superusers."""
    run(owner, "003")
    dsn = databases.Dsn(owner.info.dsn)
    with databases.connect(dsn, autocommit=True) as again:
        again.execute("set role example_owner")
        run(again, "003")


@pytest.mark.parametrize("version", ["004", "005"])
def test_a_role_to_which_policies_apply_may_not_miss_rows(owner: Connection, version: str) -> None:
    """It would copy, or find worth keeping, only what it sees."""
    fill(owner)
    run(owner, "003", *(["004"] if version == "005" else []))
    owner.execute("reset role")
    owner.execute("alter role example_owner nobypassrls")
    owner.execute("set role example_owner")
    catalog, rows = whole_catalog(owner), all_rows(owner, "legacy_v2")
    with pytest.raises(
        MigrationFailed, match="query would be affected by row-level security policy"
    ):
        run(owner, version)
    assert whole_catalog(owner) == catalog
    assert all_rows(owner, "legacy_v2") == rows
