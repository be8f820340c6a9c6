"""`schemaverify diff` prints what a file and its database do not say alike."""

import json
import re
from pathlib import Path

import psycopg
import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn
from tests.projects import EXPECTATIONS, WRONG, Project
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

PAGE = (Path(__file__).parents[2] / "docs/guides/diff.md").read_text(encoding="utf-8")
FILE, SQL, TEXT, DOCUMENT = (
    re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[1]  # type: ignore[index]
    for kind in ("yaml", "sql", "text", "json")
)


pytestmark = pytest.mark.usefixtures("on_the_server")


@pytest.fixture
def existing(database: Dsn, project: Project, monkeypatch: pytest.MonkeyPatch) -> Dsn:
    """The database of the page, which is there before."""
    monkeypatch.delenv("PYTEST_SCHEMA_SERVER")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(SQL.encode())
    project.expect(FILE)
    return database


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["diff", "-q", *arguments])
    output = capsys.readouterr()
    assert not output.err or code not in (0, 1)
    return code, output.out + output.err


def test_the_page_shows_what_is_printed(existing: Dsn, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (f"--dsn={existing}", "--kinds=tables")
    assert printed(capsys, *arguments) == (1, TEXT)
    assert printed(capsys, *arguments, "--format=json") == (1, DOCUMENT)


def test_markdown_is_a_table(existing: Dsn, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (f"--dsn={existing}", "--kinds=tables", "--format=markdown")
    code, output = printed(capsys, *arguments)
    first, _, *rows = output.splitlines()
    assert (code, first) == (1, f"**{TEXT.splitlines()[0]}**")
    assert "| ~ | column `public.notes.title` default | `''` | `'untitled'` |" in rows
    assert len(rows) == 2 + len(json.loads(DOCUMENT)["differences"])


def test_nothing_differs(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    columns = "tables: {users: {columns: {id: bigint, email: text}}}"
    project.write("migrations/001_users.sql", "create table users (id bigint, email text)")
    project.expect(f"migrations: {{directory: migrations}}\n{columns}\n")
    assert printed(capsys, "--kinds=tables") == (0, "nothing differs\n")
    assert printed(capsys, "--kinds=tables", "--format=markdown") == (0, "**nothing differs**\n")
    code, output = printed(capsys, "--kinds=tables", "--format=json")
    assert code == 0
    assert json.loads(output)["summary"] == {"new": {}, "gone": {}, "changed": {}}


def test_the_migration_that_did_it_is_named(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.expect(WRONG)
    code, output = printed(capsys, "--kinds=tables", "--blame")
    assert code == 1
    assert "~ column public.users.email type: varchar(80) → text" in output
    assert re.search(r"^    last changed in migrations/001_users.sql:\d+$", output, re.MULTILINE)
    assert "last changed" not in printed(capsys, "--kinds=tables")[1]


def test_only_what_is_chosen_is_compared(existing: Dsn, capsys: pytest.CaptureFixture[str]) -> None:
    source = f"--dsn={existing}"
    code, output = printed(capsys, source, "--tables=draft*")
    assert (code, output) == (
        1,
        "+1 table\n\n+ table public.drafts  {columns: {id: integer}, rls: false}\n",
    )
    assert printed(capsys, source, "--kinds=views") == (0, "nothing differs\n")
    code, output = printed(capsys, source, "--kinds=tables,tabels")
    assert code == 4
    assert "there is no section 'tabels'" in output


def test_rules_and_rows_are_counted(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.expect(EXPECTATIONS.replace("{rows: 0}", "{rows: 3}") + "rules: {rls_forced: true}\n")
    code, output = printed(capsys)
    assert code == 1
    assert output.endswith("\n2 other expectations do not hold: run pytest\n")
    project.expect(EXPECTATIONS + "rules: {rls_forced: true}\n")
    assert printed(capsys)[1].endswith("\n1 rule does not hold: run pytest\n")


def test_known_findings_are_not_counted(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.expect(EXPECTATIONS + "rules: {rls_forced: true}\n")
    project.run("--schema-baseline-update", "--schema-baseline=expectations.baseline.json")
    capsys.readouterr()
    assert "rls_forced" in (project.path / "expectations.baseline.json").read_text()
    assert "not hold" not in printed(capsys)[1]


def test_what_nobody_can_tell_is_no_success(
    existing: Dsn, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(existing, autocommit=True) as connection:
        connection.execute("create function f(int) returns int language sql as 'select 1'")
        connection.execute("create function f(text) returns int language sql as 'select 1'")
    project.expect("functions: {f: {returns: int}}\n")
    code, output = printed(capsys, f"--dsn={existing}", "--kinds=functions")
    assert code == 6
    assert "functions.f::exists: cannot tell: " in output


@pytest.mark.parametrize("kind", ["text", "markdown", "json"])
def test_no_secret_is_printed(
    kind: str, existing: Dsn, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "postgres://me:hunter2@db.example/x"
    with psycopg.connect(existing, autocommit=True) as connection:
        connection.execute(
            f"create function g() returns text language sql as $$ select '{secret}' $$"
        )
        connection.execute(f"alter table notes alter secret set default '{secret}'")
        connection.execute(f"create view v as select '{secret}' as dsn")
    # What the database has is not proposed for the file, and what it differs in is masked.
    project.expect(f"{FILE}views: {{v: select 'secret' as dsn}}\n")
    code, output = printed(capsys, f"--dsn={existing}", f"--format={kind}")
    assert code == 1
    assert "secret" in output
    assert "hunter2" not in output


def test_a_mistake_in_the_file_has_its_place(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.expect("tables: {users: {colums: {id: int}}}\n")
    code, output = printed(capsys)
    assert code == 2
    assert "expectations.yaml:1:18: tables.users.colums: unknown key" in output


def test_colours_are_for_people(
    existing: Dsn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PY_COLORS")  # which pytester has set to 0
    monkeypatch.setenv("FORCE_COLOR", "1")
    arguments = (f"--dsn={existing}", "--kinds=tables")
    _, output = printed(capsys, *arguments)
    colours = {sign: code for code, sign in re.findall(r"^\x1b\[(\d+)m([+~-]) ", output, re.M)}
    assert colours == {"+": "32", "-": "31", "~": "33"}
    assert re.sub(r"\x1b\[\d+m", "", output) == TEXT
    for form in ("markdown", "json"):
        assert "\x1b" not in printed(capsys, *arguments, f"--format={form}")[1]
