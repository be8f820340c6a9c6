"""What a user of `access:` does with pytest, and what they then read."""

import re

import pytest

from pytest_schemaverify.databases import Dsn
from tests.projects import Project, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

MIGRATION = """\
create table notes (id integer primary key, user_id uuid not null, content text not null);
alter table notes enable row level security;
create policy own on notes to authenticated using (auth.uid() = user_id);
revoke all on notes from anon, authenticated, service_role;
grant select, insert, update, delete on notes to authenticated;
"""
ALICE = "alice: {role: authenticated, claims: {sub: 11111111-1111-1111-1111-111111111111}}"
BOB = "bob: {role: authenticated, claims: {sub: 22222222-2222-2222-2222-222222222222}}"
ACCESS = f"""\
database: {{platform: supabase}}
migrations: {{directory: migrations}}
access:
  identities:
    {ALICE}
    {BOB}
    visitor: anon
"""
TABLES = """\
  tables:
    notes: {owner: user_id, alice: own, bob: {select: own}, visitor: nothing}
"""
IDS = [
    "access::default_privileges",
    *(f"access.tables.notes.alice::{name}" for name in ("select", "insert", "update", "delete")),
    "access.tables.notes.bob::select",
    *(f"access.tables.notes.visitor::{name}" for name in ("select", "insert", "update", "delete")),
]


@pytest.fixture
def notes(project: Project) -> Project:
    """A project with a table of notes."""
    (project.path / "migrations/001_users.sql").unlink()
    project.write("migrations/001_notes.sql", MIGRATION)
    project.expect(ACCESS + TABLES)
    return project


def test_there_is_an_item_for_each_identity_table_and_command(notes: Project) -> None:
    result = notes.run("--collect-only", "-q", "-m", "access")
    found = re.findall(r"expectations\.yaml::(access\S+)", text_of(result))
    assert found == IDS


def test_columns_have_items_of_their_own(notes: Project) -> None:
    columns = "{alice: {select: all, insert: [id, content], update: {except: [user_id]}}}"
    notes.expect(f"{ACCESS}  tables:\n    notes: {{owner: user_id, columns: {columns}}}\n")
    result = notes.run("-v", "-m", "access")
    assert re.findall(r"(access\S+) PASSED", text_of(result)) == [
        f"access.tables.notes.columns.alice::{name}" for name in ("select", "insert", "update")
    ]


@pytest.mark.parametrize(
    ("access", "planned"),
    [
        ("tables: {notes: {owner: user_id, alice: {select: own, update: own}}}", False),
        ("tables: {notes: {owner: user_id, alice: {select: own, delete: all}}}", False),
        ("tables: {notes: {owner: user_id, alice: {insert: own}}}", True),
        ("isolate: user_id", True),
        ("matrix: true", True),
    ],
)
def test_default_privileges_are_looked_at_where_somebody_is_held_back(
    notes: Project, access: str, planned: bool
) -> None:
    notes.expect(f"{ACCESS}  {access}\n")
    found = text_of(notes.run("--collect-only", "-q"))
    assert ("access::default_privileges" in found) == planned


def test_they_run_alone_and_beside_each_other(notes: Project) -> None:
    notes.run().assert_outcomes(passed=len(IDS) + 2)
    notes.run(f"expectations.yaml::{IDS[2]}").assert_outcomes(passed=1)


def test_workers_do_not_get_in_each_others_way(notes: Project) -> None:
    pytest.importorskip("xdist")
    result = notes.run_apart("-n", "2", "-m", "access")
    result.assert_outcomes(passed=len(IDS))


def test_an_existing_database_is_only_read(project: Project, filled: Dsn) -> None:
    project.expect(
        """
        access:
          identities: {visitor: pg_monitor}
          tables: {users: {visitor: nothing}}
          matrix: true
        """
    )
    result = project.run(f"--schema-dsn={filled}", "-rs")
    result.assert_outcomes(skipped=6)
    assert "is only read" in text_of(result)


def test_the_matrix_is_printed(notes: Project) -> None:
    result = notes.run("--schema-access-matrix")
    result.assert_outcomes(passed=len(IDS) + 3)
    rows = [line.split() for line in text_of(result).splitlines()]
    assert ["public.notes", "authenticated", "own", "own", "own", "own"] in rows
    assert ["anon", "-", "-", "-", "-"] in rows


def test_a_matrix_without_anybody_cannot_be_told(notes: Project) -> None:
    notes.expect("database: {platform: supabase}\nmigrations: {directory: migrations}\n")
    result = notes.run("--schema-access-matrix")
    result.assert_outcomes(passed=2, failed=1)
    assert "name roles and claims under `access.identities`" in text_of(result)


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        ("notes: {owner: user_id, carol: own}", "there is no such identity; there are: alice, bob"),
        ("notes: {alice: own}", "`own` needs `owner:`"),
        ("notes: {owner: user_id}", "nothing is expected here; name identities"),
        ("notes: {owner: user_id, alice: {select: mine}}", "`own`, `all`, `nothing`, `error`"),
        ("notes: {owner: {claim: sub}, alice: own}", "an owner is told by `column` or `through`"),
        ("notes: {columns: {carol: {select: all}}}", "there is no such identity; there are: alice"),
        ("notes: {columns: {alice: {select: id}}}", "which columns is a list, `[id, title]`"),
        ("notes: {columns: {alice: {}}}", "nothing is expected here; possible are `select`"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_place(
    notes: Project, tables: str, problem: str
) -> None:
    notes.expect(f"{ACCESS}  tables:\n    {tables}\n")
    text = text_of(notes.run())
    assert problem in text
    assert re.search(r"expectations\.yaml:\d+:\d+: access\.tables\.notes", text)


@pytest.mark.parametrize("name", ["owner", "skip", "sql", "columns"])
def test_an_identity_is_not_called_as_a_key(notes: Project, name: str) -> None:
    notes.expect(ACCESS.replace("identities:", f"identities:\n    {name}: anon") + TABLES)
    text = text_of(notes.run())
    assert f"access.identities.{name}: an identity cannot be called as a key of tables is" in text


def test_rows_can_be_given_in_sql_and_are_not_made_then(notes: Project) -> None:
    notes.write(
        "tests/rows.sql",
        "begin; set search_path = ''; insert into public.notes values"
        " (1, '11111111-1111-1111-1111-111111111111', 'a'), (2, null::uuid, 'b'); commit;",
    )
    given = "  given: tests/rows.sql\n"
    notes.expect(ACCESS + given + TABLES)
    text = text_of(notes.run())
    assert "running tests/rows.sql of `access.given`" in text
    assert "null value" in text
    path = notes.path / "tests/rows.sql"
    path.write_text(path.read_text().replace("null::uuid", "gen_random_uuid()"))
    rows = (
        "  tables: {notes: {owner: user_id, alice: {select: {rows: 1}}, bob: {select: {rows: 0}}}}"
    )
    notes.expect(ACCESS + given + "  generate: false\n" + rows)
    notes.run().assert_outcomes(passed=4)


def test_many_rows_are_as_good_as_one(notes: Project) -> None:
    notes.write(
        "rows.sql",
        "insert into notes select n, ('{11111111-1111-1111-1111-111111111111,"
        "22222222-2222-2222-2222-222222222222}'::uuid[])[n % 2 + 1], 'Note ' || n"
        " from generate_series(1, 1000) n",
    )
    notes.expect(ACCESS + "  given: rows.sql\n" + TABLES)
    notes.run().assert_outcomes(passed=len(IDS) + 2)


def test_rows_can_be_given_in_yaml_and_what_they_lack_is_filled(notes: Project) -> None:
    given = "  given: {notes: [{user_id: 22222222-2222-2222-2222-222222222222, content: Hello}]}\n"
    notes.expect(ACCESS + given + "  generate: false\n" + TABLES.replace("alice: own, ", ""))
    result = notes.run("-k", "bob and select")
    assert "there is no row of somebody else" in text_of(result)
    notes.expect(ACCESS + given + TABLES)
    notes.run().assert_outcomes(passed=len(IDS) + 2)
    notes.expect(ACCESS + "  given: {notes: [{colour: red}]}\n" + TABLES)
    assert "there is no column colour" in text_of(notes.run())


@pytest.mark.parametrize(
    ("table", "because"),
    [
        ("absent: {owner: user_id, alice: own}", "table or view public.absent"),
        ("notes: {owner: author, alice: own}", "there is no column author"),
        ("latest: {owner: user_id, alice: own}", "name it under `access.views`"),
        ("notes: {owner: user_id, visitor: own}", "it has no claim or setting"),
    ],
)
def test_what_is_not_there_is_no_pass(notes: Project, table: str, because: str) -> None:
    notes.write("migrations/002_latest.sql", "create view latest as select * from notes;")
    notes.expect(f"{ACCESS}  tables:\n    {table}\n")
    result = notes.run("-m", "access", "-k", "alice or visitor")
    result.assert_outcomes(failed=4)
    assert because in text_of(result)


def test_a_role_that_is_not_there_is_told(notes: Project) -> None:
    notes.expect(ACCESS.replace("visitor: anon", "visitor: nobody") + TABLES)
    text = text_of(notes.run("-k", "visitor and select"))
    assert "acting as visitor, the role nobody" in text
    assert 'role "nobody" does not exist' in text


def test_a_failure_can_be_repeated_by_hand(notes: Project) -> None:
    open_policy = "create policy open on notes for select to authenticated using (true);"
    notes.write("migrations/002_open.sql", open_policy)
    text = text_of(notes.run("-k", "alice and select"))
    assert "alice sees 1 row of others" in text
    assert "bob's row: id = " in text
    assert 'set local role "authenticated"' in text
    assert '"sub": "11111111-1111-1111-1111-111111111111"' in text
    assert 'select * from "public"."notes" as t;' in text
