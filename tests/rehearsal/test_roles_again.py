"""Files that make roles are applied again by much that looks at them, and nothing of it minds."""

import re

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from tests.projects import Project, lines_after, shows_no_traceback, text_of
from tests.projects import project as project

NOTES = """
create table notes (id int primary key, body text);
create table parts (id int primary key, note int references notes);
insert into notes values (1, 'one');
"""
INDEX = "drop index concurrently if exists p;\ncreate index concurrently p on parts (id);"
EXPECTATIONS = """
database: {prepare: [prepare.sql]}
migrations:
  directory: migrations
  before: base.sql
  apply: [002_seen.sql, 003_index.sql]
  rollback: back.sql
  resumable: true
  budget: {lock: share update exclusive, rewrite: none}
rules: {foreign_keys_indexed: true}
tables: {notes: {columns: {body: text not null}}}
data:
  preserved: {notes: {match: {id: id}}}
"""
Found = tuple[int, list[str], list[str]]
WANTED = (
    1,
    ["rules::foreign_keys_indexed", "tables.notes.columns.body::nullable"],
    ["migrations/base.sql:2", "migrations/base.sql:3"],
)
"""What is found in these files whether or not they make roles."""

AWAY = "drop owned by arrived; drop role arrived;"
GUARDED = """
do $$ begin
  if not exists (select from pg_roles where rolname = 'arrived') then
    create role arrived;
  end if;
end $$;
"""
OWN = "create table kept (id int); alter table kept owner to arrived; "
WAYS = {
    "made": "create role arrived;",
    "guarded": GUARDED,
    "with a password": "create user arrived password 'Vw5hidden80';",
    "with a setting": "create role arrived; alter role arrived set work_mem = '8MB';",
    "a member": "create role arrived; grant pg_monitor to arrived;",
    "by code": "do $$ begin execute format('create role %I', 'arrived'); end $$;",
    "an owner": f"create role arrived; {OWN} reassign owned by arrived to current_user;"
    " drop table kept;",
    "renamed": "create role arriving; alter role arriving rename to arrived;",
}
"""Ways in which files make a role."""


def _found(project: Project, *arguments: str) -> Found:
    """Return the exit code of a run, what fails, and where the blame is laid."""
    options = ("-rA", "--schema-costs", "--schema-rollback", *arguments)
    run = project.run_apart if "-n2" in arguments else project.run
    text = text_of(result := run(*options))
    assert shows_no_traceback(text), text
    for wrong in ("hidden80", "already exists", "cannot tell", "cannot be", "depend on it"):
        assert wrong not in text, text
    for looked in ("the migrations take", "PASSED expectations.yaml::migrations::reversible"):
        assert looked in text, text
    failed = re.findall(r"^(?:FAILED|ERROR) [\w.]+\.yaml::(\S+)", text, re.MULTILINE)
    return int(result.ret), sorted(failed), sorted(re.findall(r"last changed in (\S+)", text))


@pytest.fixture
def files(project: Project) -> Project:
    """A project of which a rule and an expectation do not hold, and all that applies files does."""
    (project.path / "migrations/001_users.sql").unlink()
    project.write("prepare.sql", "select 1")
    project.write("migrations/base.sql", NOTES)
    project.write("migrations/002_seen.sql", "create view seen as select * from notes;")
    project.write("migrations/003_index.sql", INDEX)
    project.write("migrations/back.sql", "drop index p; drop view seen;")
    project.expect(EXPECTATIONS)
    return project


def _add(files: Project, name: str, text: str) -> None:
    path = files.path / name
    path.write_text(f"{path.read_text()}; {text}")


def test_no_role_at_all(files: Project) -> None:
    assert _found(files) == WANTED


@pytest.mark.parametrize(
    ("where", "way"),
    [
        *(("migrations/002_seen.sql", way) for way in WAYS),
        ("migrations/base.sql", "guarded"), ("prepare.sql", "made"), ("prepare.sql", "an owner"),
    ],
)  # fmt: skip
def test_a_role(files: Project, where: str, way: str) -> None:
    _add(files, where, f"{WAYS[way]} grant usage on schema public to arrived;")
    if where.endswith("seen.sql"):
        _add(files, "migrations/back.sql", AWAY)
    assert _found(files) == WANTED


AT = """\
  at:
    before:
      tables:
        notes: {grants: {arrived: [select]}}
        parts: {owner: arrived}
  resumable:"""
GIVEN = """
grant select on notes to arrived; alter table parts owner to arrived;
do $$ begin execute format('grant connect on database %I to arrived', current_database()); end $$;
"""


@pytest.mark.parametrize("back", ["", "reassign owned by arrived to current_user;"])
def test_a_role_that_a_migration_drops(files: Project, back: str) -> None:
    _add(files, "migrations/base.sql", f"create role arrived; {GIVEN}")
    away = f"{back} drop owned by arrived; drop role arrived;"
    _add(files, "migrations/002_seen.sql", away if back else "drop role arrived")
    files.expect(f"{EXPECTATIONS.replace('  resumable:', AT)}  notes: {{rows: 1}}")
    text = text_of(files.run("-rA", "--schema-costs"))
    assert ("PASSED expectations.yaml::migrations::applies" in text) == bool(back), text
    assert ("some objects depend on it" in text) == (not back)
    assert "objects in database" not in text
    assert "PASSED expectations.yaml::migrations.at.before.tables.parts::owner" in text
    for name in ("migrations::resumable", "data.preserved.notes::found", "data.notes::rows"):
        assert (f"PASSED expectations.yaml::{name}" in text) == bool(back), text


def test_workers_and_a_second_file_of_expectations(files: Project) -> None:
    _add(files, "prepare.sql", "create role arrived")
    _add(files, "migrations/002_seen.sql", "create role later")
    _add(files, "migrations/back.sql", "drop role later")
    files.write("second.expectations.yaml", EXPECTATIONS)
    code, failed, changed = WANTED
    assert _found(files, "-n2") == (code, sorted(failed * 2), sorted(changed * 2))


@pytest.mark.parametrize(("making", "wanted"), [("create role arrived;", "FAILED"), (GUARDED, "")])
def test_a_run_that_is_interrupted_behind_a_role(files: Project, making: str, wanted: str) -> None:
    files.write("migrations/003_index.sql", f"{making}\n{INDEX}")
    files.expect(
        "migrations: {directory: migrations, apply: [003*], before: base.sql,"
        " resumable: true, idempotent: true}"
    )
    text = text_of(files.run("-rf"))
    for check in ("resumable", "idempotent"):
        assert (f"FAILED expectations.yaml::migrations::{check} -" in text) == bool(wanted), text
    assert text.count('role "arrived" already exists') == 2 * bool(wanted), text


def test_a_role_that_the_files_need_and_do_not_make(files: Project) -> None:
    _add(files, "migrations/002_seen.sql", "alter role arrived nologin")
    files.expect(
        "migrations: {directory: migrations, apply: [002*], before: base.sql, resumable: true}"
    )
    text = text_of(files.run("-rf"))
    assert "FAILED expectations.yaml::migrations::applies" in text
    assert 'role "arrived" does not exist' in text


def _roles(server: Server) -> set[str]:
    with databases.connect(server.dsn, autocommit=True) as connection:
        return {name for (name,) in connection.execute("select rolname from pg_catalog.pg_roles")}


@pytest.mark.parametrize(
    ("where", "way"),
    [
        *(("migrations/002_seen.sql", way) for way in ("with a password", "a member", "by code")),
        ("prepare.sql", "made"),
    ],
)
def test_on_somebodys_server_a_finding_stays_and_a_role_does_not(
    files: Project, theirs: Server, where: str, way: str
) -> None:
    with databases.connect(theirs.dsn, autocommit=True) as connection:
        connection.execute("create role passer_by; create role granted in role pg_monitor")
    before = _roles(theirs)
    _add(files, where, f'{WAYS[way]} create role "Its own"; grant arrived to "Its own"')
    for _ in range(2):  # what is left of the first run would be in the way of the second
        text = text_of(result := files.run("-rf", f"--schema-server={theirs.dsn}"))
        assert result.ret == 1, text
        assert shows_no_traceback(text), text
        for name in WANTED[1]:
            assert f"FAILED expectations.yaml::{name} - " in text, text
        assert "hidden80" not in text
        if where.endswith("seen.sql"):
            said = " ".join(lines_after(text, "_ migrations resumable _"))
            assert "cannot tell interrupting the migrations" in said, text
            assert "do      use a disposable server: --schema-database=embedded" in said
        assert _roles(theirs) == before


SHORT = """
migrations: {directory: migrations, before: base.sql, apply: [00*], rollback: back.sql}
"""


@pytest.mark.parametrize(("making", "code"), [("create role arrived;", 6), (GUARDED, 0)])
def test_on_somebodys_server_a_second_file_cannot_have_the_same_role(
    files: Project, theirs: Server, making: str, code: int
) -> None:
    _add(files, "migrations/002_seen.sql", making)
    for name in ("expectations.yaml", "second.expectations.yaml"):
        files.write(name, SHORT)
    text = text_of(result := files.run("-rf", f"--schema-server={theirs.dsn}"))
    assert result.ret == code, text
    assert ("the role arrived is there: another file of expectations" in text) == bool(code), text
    assert "arrived" not in _roles(theirs)


def test_on_somebodys_server_a_role_that_was_there_is_theirs(
    files: Project, theirs: Server
) -> None:
    with databases.connect(theirs.dsn, autocommit=True) as connection:
        connection.execute("create role arrived")
    _add(files, "migrations/002_seen.sql", "create role arrived")
    files.expect(SHORT)
    text = text_of(result := files.run("-rf", f"--schema-server={theirs.dsn}"))
    assert result.ret == 1, text
    assert 'role "arrived" already exists' in text
    assert "arrived" in _roles(theirs)
