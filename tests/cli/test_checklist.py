"""`schemaverify checklist` says what was proven and what was not, and exits as pytest does."""

from collections.abc import Sequence

import pytest
from psycopg import conninfo

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn
from tests.projects import EXPECTATIONS, WRONG, Project, shows_no_traceback
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

LINES = [
    "backup and restore tried",
    "migration tried in development",
    "schema version",
    "required tables",
    "table structures",
    "vector dimensions",
    "no duplicate migrations",
    "no SECURITY DEFINER functions",
    "RLS policies",
    "critical indexes",
    "data integrity",
    "rollback rehearsed",
    "embeddings regenerated",
    "old tables cleaned up",
]
PROVEN = {
    "migration tried in development",
    "required tables",
    "table structures",
    "RLS policies",
    "data integrity",
}
"""What the expectations of the project are about."""
ONLY_LIVE = EXPECTATIONS.replace("migrations: {directory: migrations}\n", "")


pytestmark = pytest.mark.usefixtures("on_the_server")


def printed(capsys: pytest.CaptureFixture[str], arguments: Sequence[str], code: int) -> str:
    """Return what the command prints."""
    exited = main(["checklist", *arguments])
    out, err = capsys.readouterr()
    assert exited == code, out + err
    assert shows_no_traceback(out + err), out + err
    return out + err


def marked(text: str) -> dict[str, str]:
    """Return the mark of each line of the checklist."""
    lines = (line for line in text.splitlines() if line.startswith(("✓ ", "✗ ", "? ", "☐ ")))
    return {line[2:36].strip(): line[0] for line in lines}


def secret(dsn: Dsn) -> str:
    return conninfo.make_conninfo(dsn, password="hush-hush")


def test_it_lists_all_of_the_guide_and_claims_only_what_was_proven(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys, [], 0)
    marks = marked(text)
    assert list(marks)[: len(LINES)] == LINES
    assert {name for name in LINES if marks[name] == "✓"} == PROVEN
    assert {name for name in LINES if marks[name] == "☐"} == {*LINES} - PROVEN
    assert "[1] disposable PostgreSQL" in text
    assert "☐ the database in production: verify it, too, with --dsn=DSN" in text


def test_each_line_says_against_which_database_and_shows_no_password(
    filled: Dsn, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(capsys, [f"--dsn={secret(filled)}"], 0)
    against = {line[2:36].strip(): line[77:] for line in text.splitlines() if line[:1] == "✓"}
    assert against["required tables"] == "[1], [2]"
    assert against["migration tried in development"] == "[1]"
    database = conninfo.conninfo_to_dict(filled)["dbname"]
    assert f"dbname={database}" in next(x for x in text.splitlines() if x.startswith("[2] "))
    assert "hush" not in text
    assert "in production: verify it" not in text


def test_what_is_wrong_in_production_alone_is_wrong(
    project: Project, filled: Dsn, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/002_name.sql", "alter table users add name text;")
    project.expect(EXPECTATIONS.replace("      id:", "      name: text\n      id:"))
    text = printed(capsys, [f"--dsn={secret(filled)}"], 1)
    assert marked(text)["table structures"] == "✗"
    assert marked(text)["required tables"] == "✓"
    assert "expectations.yaml:5:7: tables.users.columns.name::exists" in text
    assert "hush" not in text


def test_a_wrong_expectation_is_told_as_pytest_does(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.expect(WRONG)
    text = printed(capsys, [], 1)
    assert marked(text)["table structures"] == "✗"
    assert "expectations.yaml:6:7: tables.users.columns.email::type" in text


def test_a_migration_that_fails_is_wrong(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/002_typo.sql", "alter tabel users add name text;")
    text = printed(capsys, [], 1)
    assert marked(text)["migration tried in development"] == "✗"
    assert "002_typo.sql:1:7" in text
    assert "☐ required tables: skipped, a migration failed" in text


def test_the_rollback_is_rehearsed_where_there_is_one(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/back.sql", "drop table users;")
    rollback = "{directory: migrations, rollback: back.sql}"
    project.expect(EXPECTATIONS.replace("{directory: migrations}", rollback))
    assert marked(printed(capsys, [], 0))["rollback rehearsed"] == "✓"
    project.write("migrations/back.sql", "alter table users rename to gone;")
    assert marked(printed(capsys, [], 1))["rollback rehearsed"] == "✗"


def test_embeddings_and_old_tables_are_proven_by_the_file(
    project: Project, filled: Dsn, capsys: pytest.CaptureFixture[str]
) -> None:
    project.expect(
        f"{ONLY_LIVE}  queries:\n"
        "    embeddings_wait: {sql: select 1 where false, returns: nothing}\n"
        "schemas: {old: absent}\n"
    )
    marks = marked(printed(capsys, [f"--dsn={filled}"], 0))
    assert (marks["embeddings regenerated"], marks["old tables cleaned up"]) == ("✓", "✓")
    assert marks["migration tried in development"] == "☐"


def test_nobody_can_tell_without_a_database(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.expect(ONLY_LIVE)
    dsn = "host=127.0.0.1 port=1 user=me dbname=app password=hush-hush"
    text = printed(capsys, [f"--dsn={dsn}"], 6)
    assert "127.0.0.1" in text
    assert "hush" not in text
    assert marked(text) == {}


def test_what_was_rehearsed_is_shown_although_production_is_away(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys, ["--dsn=host=127.0.0.1 port=1 user=me dbname=app"], 6)
    assert marked(text)["required tables"] == "✓"
    assert "☐ the database in production" in text


def test_every_problem_of_a_file_that_cannot_be_read_is_told(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("other.yaml", "tabels: {}\nrules: {no_security_definer: maybe}\n")
    text = printed(capsys, ["--spec=other.yaml"], 2)
    assert "other.yaml:1:1" in text
    assert "other.yaml:2:" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--spec=missing.yaml"], "missing.yaml\n  because there is no such file"),
        (["--spec=migrations"], "that is a folder"),
        (["--sepc=x"], "unrecognized arguments"),
    ],
)
def test_a_wrong_option_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert told in printed(capsys, arguments, 4)


def test_a_value_for_a_variable_that_the_file_has_not_is_a_mistake(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_SCHEMA_VAR", "dmis=3")
    assert "reading PYTEST_SCHEMA_VAR=dmis=3\n" in printed(capsys, [], 4)
