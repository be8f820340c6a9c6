"""`schemaverify fix` prints a script that repairs what fails, and runs nothing."""

import re
from pathlib import Path

import psycopg
import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn, redacted
from tests.projects import EXPECTATIONS, WRONG, Project
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

PAGE = (Path(__file__).parents[2] / "docs/guides/fixing.md").read_text(encoding="utf-8")
SQL, FILE, TEXT = (
    re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[1]  # type: ignore[index]
    for kind in ("sql", "yaml", "text")
)


pytestmark = pytest.mark.usefixtures("on_the_server")


@pytest.fixture
def existing(database: Dsn, project: Project, monkeypatch: pytest.MonkeyPatch) -> Dsn:
    """The database of the page, which is there before."""
    monkeypatch.delenv("PYTEST_SCHEMA_SERVER")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(SQL.encode())
    project.expect(FILE.split("\n", 1)[1])
    return database


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["fix", "-q", *arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


def without_version(script: str) -> str:
    return re.sub(r"PostgreSQL [\w.]+ \(\w+\)", "PostgreSQL 18.0 (embedded)", script)


def test_the_page_shows_what_is_printed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/001_users.sql", SQL)
    project.expect(FILE)
    code, script, errors = printed(capsys)
    assert (code, without_version(script), errors) == (1, TEXT, "")


def test_large_objects_are_read_again_behind_their_fixes(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/001_users.sql", "select lo_create(4711), lo_create(4713);")
    project.expect(
        "migrations: {directory: migrations}\n"
        "large_objects: {4711: {comment: A picture}, 4712: {}}\nunmanaged: {large_objects: fail}\n"
    )
    code, script, errors = printed(capsys)
    assert (code, errors) == (1, "")
    assert "comment on large object 4711 is 'A picture';" in script
    assert "select lo_unlink(4713); -- loses its content" in script
    assert "Tried on a copy of the database: 1 failure is left then." in script


def test_a_fix_of_the_database_names_no_disposable_one(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.expect(
        "migrations: {directory: migrations}\n"
        "database: {comment: '100 %', settings: {work_mem: 4MB}, grants: {public: []}}\n"
    )
    code, script, _ = printed(capsys)
    assert code == 1  # on an existing server the comment is the mark of the run
    assert "database::comment (expectations.yaml:2:12): the server refuses its fix" in script
    assert "schemaverify_" not in script
    assert script.count("pg_catalog.current_database()") == 2
    assert "-- Tried on a copy of the database: 1 failure is left then.\n" in script


def test_nothing_fails(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.expect(EXPECTATIONS)
    code, script, _ = printed(capsys)
    assert code == 0
    assert script.endswith("\n-- nothing fails\n")
    assert "begin;" not in script


def test_a_script_repairs_an_existing_database(
    existing: Dsn, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    code, script, _ = printed(capsys, f"--dsn={existing}")
    assert code == 1
    assert f"-- against {redacted(existing)}, PostgreSQL" in script
    assert "not tried" in script
    assert "new migration" not in script  # no migrations are known
    with psycopg.connect(existing, autocommit=True) as connection:
        asked = b"select obj_description('notes'::regclass), relrowsecurity from pg_class"
        asked += b" where relname = 'notes'"
        assert connection.execute(asked).fetchone() == (None, False), "it only prints"
        for part in re.split(r"(?<=commit;)", script):
            connection.execute(part.encode())
        assert connection.execute(asked).fetchone() == ("What people write", True)
    code, script, _ = printed(capsys, f"--dsn={existing}")
    assert "begin;" not in script
    assert "-- 0 of 1 failure has a fix here\n" in script


def test_what_can_be_judged_only_then_has_its_own_part(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/001_users.sql", "create table users (id bigint not null, a int)")
    key = "tables: {users: {primary_key: {columns: [id], name: users_key}}}"
    project.expect(f"migrations: {{directory: migrations}}\n{key}\n")
    code, script, _ = printed(capsys)
    assert code == 0, script
    made, named = script.index("add primary key (id);"), script.index("to users_key;")
    assert script.index("-- What follows can be judged only when all of that is made.") > made
    assert named > made
    assert "-- 1 failure more can be judged only then, and has a fix, too\n" in script
    assert "-- Tried on a copy of the database: all holds then.\n" in script


def test_a_file_gets_the_script_and_is_never_overwritten(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.expect(WRONG.replace("rls: {enabled: true}", "comment: x"))
    code, script, _ = printed(capsys, "-o", "fix.sql")
    assert (code, script) == (0, "")
    assert "comment on table public.users is 'x';" in (project.path / "fix.sql").read_text()
    code, script, errors = printed(capsys, "-o", "fix.sql")
    assert (code, script) == (4, "")
    assert "it is there already" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("file", "arguments", "code", "told"),
    [
        (None, (), 4, "there is no such file"),
        ("tables: [", (), 2, "expectations.yaml:1:9"),
        ("tables: {a: {colums: {}}}", (), 2, "did you mean"),
        (EXPECTATIONS, ("--dsn=host=127.0.0.1 port=1 password=geheim",), 6, "connecting"),
        (EXPECTATIONS, ("--dsn=geheim",), 4, "reading --dsn"),
        (EXPECTATIONS, ("-o", ""), 4, "argument --output/-o: it is empty"),
        (EXPECTATIONS, ("-o", "expectations.yaml"), 4, "it is there already"),
        (EXPECTATIONS, ("-o", "migrations/001_users.sql/fix.sql"), 4, "nothing is written"),
    ],
)
def test_a_mistake_is_told_without_a_traceback(
    file: str | None, arguments: tuple[str, ...], code: int, told: str, project: Project,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if arguments and arguments[0].startswith("--dsn"):
        monkeypatch.delenv("PYTEST_SCHEMA_SERVER")
    (project.path / "expectations.yaml").unlink(missing_ok=True)
    if file is not None:
        project.expect(file)
    found, script, errors = printed(capsys, *arguments)
    assert (found, script) == (code, ""), errors
    assert told in errors
    assert "Traceback" not in errors
    assert "geheim" not in errors


def test_a_file_that_contradicts_itself_is_told_and_not_repaired(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write(
        "migrations/001_users.sql",
        "create table users (id int primary key, name text);\n"
        "alter table users enable row level security;\n"
        "create policy own on users using (true);\n",
    )
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables:\n  users: {columns: {name: text not null}, rls: {forced: false}}\n"
        "rules: {rls_forced: true}\n"
    )
    code, script, _ = printed(capsys)
    assert code == 1
    assert "--   rules::rls_forced (expectations.yaml:4:9): " + CONTRADICTED in script
    assert "alter column name set not null;" in script
    assert "\nalter table public.users force row level security;" not in script
    assert "-- 1 of 2 failures have a fix here" in script
    assert "-- Tried on a copy of the database: 1 failure is left then." in script


CONTRADICTED = (
    "alter table public.users force row level security; is left out, because it breaks what the "
    "file says elsewhere, and one of the two has to change: "
    "tables.users.rls::forced (expectations.yaml:3:49)\n"
)


def test_of_two_contradictions_each_names_its_own_place(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write(
        "migrations/001_users.sql",
        "create table users (id int primary key);\n"
        "create table posts (id int primary key);\n"
        "alter table users enable row level security;\n"
        "alter table posts enable row level security;\n"
        "create policy own on users using (true);\n"
        "create policy own on posts using (true);\n",
    )
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables:\n  users: {columns: {id: {}}, rls: {forced: false}}\n"
        "  posts: {rls: {forced: false}}\n"
        "rules: {rls_forced: true}\n"
    )
    code, script, _ = printed(capsys)
    assert code == 1
    users = CONTRADICTED.replace("3:49", "3:36")
    posts = users.replace("users", "posts").replace("3:36", "4:17")
    for one in (users, posts):
        assert "--   rules::rls_forced (expectations.yaml:5:9): " + one in script
    assert "-- 0 of 2 failures have a fix here" in script
