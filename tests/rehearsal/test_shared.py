"""What holds for all databases of a server is rehearsed on a server of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.config import Config
from pytest_schemaverify.databases import Server
from pytest_schemaverify.migrations.cluster import shared
from pytest_schemaverify.migrations.files import Migration
from tests.projects import Project, lines_after, shows_no_traceback, text_of
from tests.projects import project as project

BASE = "create table notes (id int primary key, body text); create role shared_team;"
FORWARD = """
create role shared_reader;
grant select on notes to shared_reader;
grant shared_reader to shared_team;
alter role shared_reader set work_mem = '8MB';
alter role shared_team set work_mem = '9MB';
"""
EXPECTATIONS = """
migrations: {directory: migrations, baseline: base.sql, rollback: back.sql, reversible: true}
roles:
  shared_reader: {login: false}
  shared_team: {member_of: {shared_reader: {}}}
tables: {notes: {grants: {shared_reader: [select]}}}
access:
  identities: {reader: shared_reader}
  tables: {notes: {reader: {select: all}}}
"""
BACK = {
    "revoked": "revoke select on notes from shared_reader; drop role shared_reader;"
    " alter role shared_team reset work_mem;",
    "all that it owns": "drop owned by shared_reader; drop role shared_reader;"
    " alter role shared_team reset all;",
    "by code": """
        do $$ begin
          execute format('drop owned by %I', 'shared_reader');
          execute format('drop role %I', 'shared_reader');
          execute 'alter role shared_team reset work_mem';
        end $$;
    """,
}


@pytest.fixture
def way(project: Project) -> Project:
    (project.path / "migrations/001_users.sql").unlink()
    project.write("migrations/base.sql", BASE)
    project.write("migrations/001_reader.sql", FORWARD)
    project.write("migrations/back.sql", BACK["revoked"])
    project.expect(EXPECTATIONS)
    return project


@pytest.mark.parametrize("workers", [["-p", "no:xdist"], ["-n2"]], ids=["alone", "xdist"])
@pytest.mark.parametrize("back", BACK)
def test_a_rollback_drops_a_role_and_what_is_verified_still_has_it(
    way: Project, back: str, workers: list[str]
) -> None:
    way.write("migrations/back.sql", BACK[back])
    result = way.run_apart("-v", *workers)
    text = text_of(result)
    assert result.ret == 0, text
    assert "migrations::reversible" in text
    assert "access.tables.notes.reader::select" in text


@pytest.mark.parametrize(
    ("back", "found"),
    [
        ("drop role shared_reader", 'role "shared_reader" cannot be dropped'),
        ("drop owned by shared_reader; drop role shared_reader; drop table notes", "gone"),
    ],
    ids=["does not apply", "takes too much"],
)
def test_a_wrong_rollback_is_found(way: Project, back: str, found: str) -> None:
    way.write("migrations/back.sql", back)
    result = way.run()
    result.assert_outcomes(failed=1, passed=result.parseoutcomes()["passed"])
    said = "\n".join(lines_after(text_of(result), "_ migrations reversible _"))
    assert found in said


def test_the_option_rehearses_in_the_same_way(way: Project) -> None:
    way.expect(EXPECTATIONS.replace(", reversible: true", ""))
    result = way.run("--schema-rollback", "-v")
    assert result.ret == 0, text_of(result)
    assert "migrations::reversible" in text_of(result)


def test_a_role_that_is_made_anew_each_time(way: Project) -> None:
    (way.path / "migrations/back.sql").unlink()
    way.write("migrations/base.sql", "create table notes (id int primary key, body text);")
    way.write(
        "migrations/001_reader.sql",
        "do $$ begin if to_regrole('shared_reader') is not null then"
        " drop owned by shared_reader; end if; end $$;"
        "drop role if exists shared_reader; create role shared_reader;"
        "grant select on notes to shared_reader;",
    )
    way.expect("""
migrations: {directory: migrations, baseline: base.sql, apply: [001_reader.sql], idempotent: true}
access:
  identities: {reader: shared_reader}
  tables: {notes: {reader: {select: all}}}
""")
    result = way.run("-v")
    assert result.ret == 0, text_of(result)


def test_a_role_that_is_there_already_keeps_no_help_away(way: Project) -> None:
    way.expect("""
migrations: {directory: migrations, baseline: base.sql, apply: [001_reader.sql]}
tables: {notes: {columns: {body: text not null}}}
""")
    result = way.run("--schema-costs")
    text = text_of(result)
    assert "last changed in migrations/base.sql:1" in text
    assert "already exists" not in text
    assert "cannot be measured" not in text


def test_two_files_of_expectations_have_a_role_each(way: Project) -> None:
    way.write("second.expectations.yaml", EXPECTATIONS)
    result = way.run()
    assert result.ret == 0, text_of(result)


@pytest.fixture
def theirs() -> Iterator[Server]:
    """Somebody's server, which is no other test's: a rollback may touch its roles."""
    with databases.start(Config()) as server:
        yield server


def test_on_somebodys_server_nobody_can_tell(way: Project, theirs: Server) -> None:
    result = way.run(f"--schema-server={theirs.dsn}")
    result.assert_outcomes(failed=1, passed=result.parseoutcomes()["passed"])
    text = text_of(result)
    assert shows_no_traceback(text), text
    said = " ".join(" ".join(lines_after(text, "_ migrations reversible _")).split())
    assert "back.sql says `drop role`" in said
    assert "do use a disposable server: --schema-database=embedded" in said
    with databases.connect(theirs.dsn) as connection:
        query = "select from pg_catalog.pg_roles where rolname = 'shared_reader'"
        assert connection.execute(query).rowcount == 1


SHARED = (
    "create role a", "DROP\nUSER a", "alter group a add user b", "drop /* a */ role b",
    "create tablespace a location '/a'", "drop database a", "alter system set work_mem = '1MB'",
    "comment on role a is 'b'", "reassign owned by a to b", "grant a to b", 'grant "a b", c to d',
    "revoke admin option for a from b", "do $$ begin execute format('grant %I to %I', x); end $$",
    "grant set on parameter work_mem to a", "drop subscription a",
    "select pg_create_logical_replication_slot('a', 'pgoutput')",
)  # fmt: skip
OWN = (
    "grant select, insert on notes to a", "revoke all on all tables in schema public from a",
    "drop user mapping for a server b", "alter database a set work_mem = '1MB'", "drop table role",
    "alter default privileges grant select on tables to a", "-- drop role a", "/* drop role a */",
    "alter table notes owner to a", "set role a", "create policy a on notes to b",
)  # fmt: skip


@pytest.mark.parametrize("text", [*SHARED, *OWN])
def test_what_holds_for_the_whole_server(text: str) -> None:
    found = shared([Migration(Path("001_a.sql"), "001", "a").saying(text)])
    assert bool(found) == (text in SHARED)
