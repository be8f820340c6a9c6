"""What is found out from an existing database: its platform, and what in it is the project's."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.authoring.detection.existing import Existing, for_database
from pytest_schemaverify.databases import Server
from pytest_schemaverify.kinds.snapshot import read

Found = Callable[..., Existing]

_numbers = count(1)


@pytest.fixture
def found(server: Server) -> Iterator[Found]:
    """Return what is found out from a new database of a platform, in which some SQL was run."""
    made: list[str] = []

    def found(platform: str, sql: str = "", **extensions: str | None) -> Existing:
        made.append(f"existing_{next(_numbers)}")
        dsn = databases.create(server, name=made[-1], platform=platform, extensions=extensions).dsn
        with databases.connect(dsn, autocommit=True) as connection:
            connection.execute(sql.encode())
            return for_database(read(connection))

    yield found
    for name in made:
        databases.drop(server, name)


def said(existing: Existing) -> list[str]:
    return [str(fact) for fact in existing.facts]


def test_a_database_of_supabase_is_known_by_its_roles_and_schemas(found: Found) -> None:
    existing = found("supabase", "create schema app; create table app.users (id int)")
    assert existing.platform == "supabase"
    assert existing.schemas == ("public", "app")
    assert set(existing.left_out) - {"vault"} == {
        "_realtime", "auth", "extensions", "graphql", "graphql_public", "pgbouncer", "pgsodium",
        "pgsodium_masks", "realtime", "storage", "supabase_functions", "supabase_migrations",
    }  # fmt: skip
    assert said(existing)[0] == (
        "platform: supabase (roles anon, authenticated, service_role; "
        "schemas auth, storage, realtime, extensions)"
    )
    assert "left out: schema auth (Supabase makes it)" in said(existing)


def test_roles_of_another_database_make_no_supabase(found: Found) -> None:
    found("supabase")
    existing = found("postgres", "create schema auth_x; create table auth_x.t (id int)")
    assert existing.platform == "postgres"
    assert existing.schemas == ("public", "auth_x")
    assert said(existing) == ["platform: postgres (there is no schema auth, which Supabase has)"]


def test_a_schema_that_holds_an_extension_alone_is_left_out(
    found: Found, available: set[str]
) -> None:
    if "citext" not in available:
        pytest.skip("the server lacks citext")
    existing = found("postgres", "create schema empty", citext="own")
    assert existing.schemas == ("public", "empty")
    assert existing.left_out == {"own": "it holds nothing but citext"}
    mixed = found("postgres", "create view own.v as select 1 as one", citext="own")
    assert mixed.schemas == ("public", "own")


def test_ledgers_of_migration_tools_are_told(found: Found) -> None:
    existing = found(
        "postgres",
        "create table alembic_version (version_num text);"
        "create schema drizzle; create table drizzle.__drizzle_migrations (id serial, hash text)",
    )
    assert existing.schemas == ("public",)
    assert existing.ledgers == (("drizzle", "__drizzle_migrations"), ("public", "alembic_version"))
    assert existing.left_out == {"drizzle": "it holds nothing but the ledger of a migration tool"}
    assert "ledger: public.alembic_version (a migration tool writes it)" in said(existing)
