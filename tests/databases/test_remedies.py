"""What is missing is had in a way that works, and that is not taken already."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.databases.impersonation import acting_as
from pytest_schemaverify.databases.migration_role import provide, session_as
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.error_remedies import _OF_EXTENSIONS, Around, for_message
from pytest_schemaverify.migrations.failure import FileFailed
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.settings.config import Config

Remedy = Callable[[str], str]


@pytest.fixture(params=["postgres", "supabase"])
def platform(request: pytest.FixtureRequest) -> str:
    """The platform of the database."""
    return str(request.param)


@pytest.fixture
def connection(embedded: Server, name: str, platform: str) -> Iterator[Connection[Any]]:
    """A connection to a new database of that platform."""
    dsn = databases.create(embedded, name=name, platform=platform, extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        yield connection
    databases.drop(embedded, name)


@pytest.fixture
def remedy(connection: Connection[Any], tmp_path: Path) -> Remedy:
    """A function that returns what is said when a statement fails as a migration."""

    def said(statement: str) -> str:
        (tmp_path / "1_a.sql").write_text(f"{statement};")
        with pytest.raises(FileFailed) as caught:
            apply_all(connection, read(tmp_path).migrations)
        return caught.value.failure.remedy

    return said


BRINGS = "brings it to a disposable database"
THERE = "has it from the start"
PREPARE = "in a file that `database: {prepare: [roles.sql]}` names"


@pytest.mark.parametrize(
    ("statement", "plain", "supabase"),
    [
        ("grant select on pg_class to supabase_nobody", BRINGS, PREPARE),
        ("grant select on pg_class to somebody", PREPARE, PREPARE),
        ("create table auth.a ()", BRINGS, None),
        ("table auth.nothing", BRINGS, ""),
        ("select auth.nothing()", BRINGS, ""),
        ("create role authenticated", None, THERE),
        ("create role supabase_admin", None, THERE),
        ("create schema storage", None, THERE),
        ("create extension pgcrypto", None, THERE),
        ("create publication supabase_realtime", None, THERE),
        ("create schema pg_catalog", "", ""),
        ("drop extension pg_graphql", "", "only older projects have it from the start"),
        ("drop extension pg_trgm", "", ""),
    ],
)
@pytest.mark.parametrize("platform", ["postgres", "supabase"], indirect=True)
def test_a_remedy_is_none_that_is_taken_already(
    statement: str, plain: str | None, supabase: str | None, platform: str, remedy: Remedy
) -> None:
    """None is a statement that does not fail there."""
    expected = supabase if platform == "supabase" else plain
    if expected is None:
        pytest.skip("that works there")
    said = remedy(statement)
    assert expected in said
    assert bool(said) is bool(expected)


@pytest.mark.parametrize("platform", ["supabase"], indirect=True)
@pytest.mark.parametrize("schema", _OF_EXTENSIONS)
def test_a_schema_that_an_extension_fills_names_the_extension(
    connection: Connection[Any], remedy: Remedy, schema: str, platform: str
) -> None:
    extension = _OF_EXTENSIONS[schema]
    comes = f"it comes with {extension}: `create extension {extension}`"
    for statement in (f"table {schema}.some", f"select {schema}.some(1)"):
        assert remedy(statement).startswith(comes)
    connection.execute(f"create extension {extension}".encode())
    connection.execute(f"grant usage on schema {schema} to anon".encode())
    assert remedy(f"table {schema}.some") == ""


@pytest.mark.parametrize(
    ("statement", "platform", "told"),
    [
        ("create publication p for all tables", "supabase", True),
        ("create publication p for all tables", "postgres", False),
        ("create foreign data wrapper w", "supabase", True),
        ("create server s foreign data wrapper theirs", "supabase", True),
        ("set session_replication_role = replica", "supabase", True),
        (
            "create function e() returns event_trigger language plpgsql as $$begin end$$;"
            "create event trigger e on ddl_command_end execute function e()",
            "supabase",
            True,
        ),
        (
            "create trigger a after insert on auth.users for each row"
            " execute function suppress_redundant_updates_trigger(); drop trigger a on auth.users",
            "supabase",
            True,
        ),
        ("alter table auth.users add column a int", "supabase", False),
        ("alter system set work_mem = '1MB'", "supabase", False),
        ("create publication supabase_realtime", "supabase", False),
    ],
    indirect=["platform"],
)
def test_what_supabases_server_lets_postgres_do_is_told(
    connection: Connection[Any], remedy: Remedy, statement: str, told: bool, platform: str
) -> None:
    connection.execute("create foreign data wrapper theirs")
    provide(connection, "migrator_of_remedies")
    with session_as(connection, "migrator_of_remedies"):
        said = remedy(statement)
    assert ("leave `role` out under `migrations`" in said) is told


def test_no_way_out_is_the_server_that_is_in_use(remedy: Remedy, platform: str) -> None:
    said = remedy("create extension postgis")
    assert "1. a server that has it: its programs by --schema-bin-dir=" in said
    assert "--schema-database" not in said
    assert "has plpgsql in another version" in remedy("alter extension plpgsql update to '9'")


def test_the_type_of_pgvector_is_told_where_it_is(
    connection: Connection[Any], remedy: Remedy, platform: str
) -> None:
    table = "create table a (v halfvec(3))"
    assert "create extension vector before" in remedy(table)
    connection.execute("create schema elsewhere; create extension vector schema elsewhere")
    assert remedy(table).startswith("pgvector is there, in the schema elsewhere: write elsewhere.h")


@pytest.mark.parametrize(
    ("name", "ours"), [("pg_net", ", local or container"), ("vector", "\n2."), ("postgis", None)]
)
def test_somebodys_server_names_ours_only_for_what_it_has(name: str, ours: str | None) -> None:
    for said in (
        f'extension "{name}" is not available',
        f'could not open extension control file "/usr/share/extension/{name}.control"',
    ):
        remedy = for_message(said, "0A000", Around)
        assert (f"--schema-database=embedded{ours}" in remedy) is (ours is not None)
        assert ("--schema-database" in remedy) is (ours is not None)
        assert f"the server lacks the extension {name}" in remedy


@pytest.mark.parametrize(
    ("around", "entry"),
    [
        (Around(), "`database: {extensions: {vector: {}}}`"),
        (Around(supabase=True), "`database: {extensions: {vector: {schema: extensions}}}`"),
    ],
)
def test_an_extension_that_wants_a_superuser_is_named_in_the_file(
    around: Around, entry: str
) -> None:
    said = 'permission denied to create extension "vector"'
    assert entry in for_message(said, "42501", lambda: around)


def test_a_text_of_the_users_is_no_message_of_the_servers() -> None:
    assert for_message('role "authenticated" does not exist', "P0001", Around) == ""


@pytest.mark.parametrize(
    ("role", "way"),
    [
        ("nobody_here", "create it in a migration"),
        ("service_role", "create it in a migration, or say `database: {platform: supabase}`"),
        ("pg_monitor", 'grant "pg_monitor" to "modest"'),
    ],
)
def test_a_role_that_nobody_can_act_as_is_created_or_granted(role: str, way: str) -> None:
    with databases.start(Config(database="embedded")) as server:
        with databases.connect(server.dsn, autocommit=True) as connection:
            connection.execute("create role modest login")
        with (
            databases.connect(Dsn(make_conninfo(server.dsn, user="modest"))) as connection,
            pytest.raises(ConfigError) as caught,
            acting_as(connection, role),
        ):
            pass
    assert caught.value.remedy.startswith(way)
    assert ("platform" in caught.value.remedy) is ("platform" in way)


@pytest.mark.parametrize("platform", ["supabase"], indirect=True)
def test_what_the_platform_has_is_told_where_it_is_missing(connection: Connection[Any]) -> None:
    schemas = "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'public'"
    roles = "select rolname from pg_roles where rolname !~ '^pg_' and not rolname = current_user"
    there = [
        f'{kind} "{name}" does not exist'
        for kind, listed in (("schema", schemas), ("role", roles))
        for (name,) in connection.execute(listed).fetchall()
        if name not in ("information_schema", "postgres", "migrator_of_remedies")
    ]
    assert len(there) > 20
    assert [
        message
        for message in there
        if "platform: supabase" not in (told := for_message(message, "42704", Around))
        and "extensions:" not in told
    ] == []
