"""`schemaverify check-files` judges changed files as `pytest -m static` does, and no others."""

import re

import pytest

from pytest_schemaverify.cli import main
from tests.projects import Project, shows_no_traceback, text_of
from tests.projects import project as project  # a fixture

EXPECTED = """\
migrations: {directory: migrations}
rules:
  no_destructive_statements:
    except: {"002_email.sql:1": {reason: it was empty, until: 2999-12-31}}
  no_dangling_references: true
  no_credentials: true
"""
DROPS = "migrations/003_name.sql:1:1: public.users.name"


@pytest.fixture(autouse=True)
def migrations(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations of which the third loses something, and a setting that names no database."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.path / "cache"))
    monkeypatch.setenv("PYTEST_SCHEMA_DSN_ENV", "OF_NO_DATABASE")
    project.expect(EXPECTED)
    project.write("migrations/001_users.sql", "create table users (id int, email text, name text);")
    project.write("migrations/002_email.sql", "alter table users drop column email;")
    project.write("migrations/003_name.sql", "alter table users drop column name;")
    project.write("migrations/004_view.sql", "create view people as select id from users;")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """Return what the command prints."""
    exited = main(["check-files", *arguments])
    out, err = capsys.readouterr()
    assert exited == code, out + err
    assert shows_no_traceback(out + err), out + err
    return out + err


def test_without_a_file_it_says_what_pytest_says(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("migrations/005_notes.sql", "create view notes as select * from nothing;")
    project.write("migrations/notes.sql", "create table notes (id int);")
    found = printed(capsys, "-q", code=1)
    assert found.count("\nexpectations.yaml:") == 2
    monkeypatch.delenv("PYTEST_SCHEMA_DSN_ENV")
    result = project.run("-q", "-m", "static", "expectations.yaml")
    assert result.ret == 1
    said = text_of(result)
    failures = re.split(r"\n(?=expectations\.yaml:)", found.rstrip())
    assert [one for one in failures if one not in said] == []
    assert said.count("\nFAILED expectations.yaml::") == len(failures) == 3
    # What is limited by another setting keeps exemptions for other files, too.
    new = text_of(project.run("-q", "-m", "static", "expectations.yaml", "--schema-since=002"))
    assert DROPS in new
    assert "remove it from `except`" not in new


def test_only_what_the_files_cause_is_told(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(capsys, "migrations/003_name.sql", code=1)
    assert text.startswith(f"expectations.yaml:3:3: rules::no_destructive_statements\n  {DROPS}\n")
    assert "\n    expected    no drop column without approval\n" in text
    assert text.endswith("expectations.yaml: 3 of 4 expectations of migration files hold\n")
    assert "002" not in text
    # The view names a table of another file, which is known: all migrations are read.
    assert printed(capsys, "-q", "migrations/002_email.sql", "migrations/004_view.sql") == ""
    project.write("migrations/004_view.sql", "create view people as select id, name from users;")
    text = printed(capsys, "-q", "migrations/004_view.sql", code=1)
    assert "migrations/004_view.sql:1:34: view people\n    expected    a column users.name" in text
    # A file that takes away what another one uses has caused what is wrong there.
    text = printed(capsys, "-q", str(project.path / "migrations/003_name.sql"), code=1)
    assert DROPS in text
    assert "migrations/004_view.sql:1:34: view people\n" in text


def test_what_no_runner_would_run_is_told_of_the_file_itself(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("migrations/notes.sql", "create table notes (id int);")
    assert printed(capsys, "-q", "migrations/004_view.sql") == ""
    text = printed(capsys, "-q", "migrations/notes.sql", code=1)
    assert text.startswith("expectations.yaml:1:1: migrations::ignored\n  notes.sql\n")


def test_an_included_file_is_known_by_its_way_there(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("views/people.sql", "create view all_people as select * from nobody;")
    project.write("migrations/005_views.sql", "\\ir ../views/people.sql\n")
    assert "nobody" in printed(capsys, "-q", "views/people.sql", code=1)
    assert printed(capsys, "-q", "migrations/004_view.sql") == ""


def test_files_that_are_nothing_here_are_passed_over(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("README.md", "tables: none")
    project.write("docker.yaml", "services: {}\n")
    project.write("queries/report.sql", "select nothing from nowhere;")
    passed = ["README.md", "docker.yaml", "migrations/000_gone.sql"]
    assert printed(capsys, *passed) == (
        "migrations/000_gone.sql: there is no such file\n"
        "nothing is judged: none of the files is a migration or a file of expectations of yours\n"
    )
    assert printed(capsys, "migrations/000_gone.sql", "migrations/004_view.sql") == (
        "expectations.yaml: 4 of 4 expectations of migration files hold\n"
        "migrations/000_gone.sql: there is no such file\n"
    )
    assert printed(capsys, "-q", *passed, "queries/report.sql") == ""
    # Another tool's file of this name, beside a query.
    project.write("other/expectations.yaml", "expectation_suite_name: orders\n")
    project.write("other/query.sql", "select 1;")
    assert printed(capsys, "-q", "other/expectations.yaml", "other/query.sql") == ""


def test_every_problem_of_a_file_of_expectations_has_its_place(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(capsys, "expectations.yaml")
    assert text == "expectations.yaml: 5 expectations, none of them about these files\n"
    project.write("more.yaml", "tables: {users: {colums: {}}}\n")
    project.expect(EXPECTED.replace("credentials: true", "credentials: 7") + "include: more.yaml\n")
    places = ["expectations.yaml:6:3: rules.no_credentials", "more.yaml:1:18: tables.users.colums"]
    # The included file may be what has changed, and migrations cannot be judged without either.
    for file in ("expectations.yaml", "more.yaml", "migrations/004_view.sql"):
        text = printed(capsys, file, code=2)
        assert all(place in text for place in places), text
    project.expect("migrations: {directory: nowhere}\n")
    text = printed(capsys, "expectations.yaml", code=2)
    assert text.startswith("expectations.yaml:1:14: migrations.directory: reading migrations from ")


def test_what_is_kept_of_a_file_is_read_anew_when_it_changes(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "migrations/003_name.sql"
    assert DROPS in printed(capsys, "-q", name, code=1)
    kept = [*(project.path / "cache").rglob("contract-*.pickle")]
    assert len(kept) == 1
    assert DROPS in printed(capsys, "-q", name, code=1)
    assert [*(project.path / "cache").rglob("contract-*.pickle")] == kept
    project.expect(EXPECTED.replace("_statements:", "_statements:\n    severity: warn"))
    text = printed(capsys, "-q", name)
    assert text.startswith(
        "warn  expectations.yaml:3:3: rules::no_destructive_statements: "
        f"{DROPS}: expected no drop column without approval"
    )
    project.expect(EXPECTED.replace("_statements:", "_statements:\n    xfail: we will see"))
    assert printed(capsys, "-q", name) == ""
    assert printed(capsys, "-q", "migrations/004_view.sql") == ""  # that it holds here says nothing


def test_known_findings_are_known_here(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = project.path / "expectations.baseline.json"
    monkeypatch.delenv("PYTEST_SCHEMA_DSN_ENV")
    project.run("-q", "-m", "static", "expectations.yaml", f"--schema-baseline={file.name}")
    assert '"item": "expectations.yaml::rules::no_destructive_statements"' in file.read_text()
    capsys.readouterr()
    assert printed(capsys, "-q", "migrations/003_name.sql") == ""
    project.write("migrations/003_name.sql", "drop table users;")
    assert "drop table" in printed(capsys, "-q", "migrations/003_name.sql", code=1)
    monkeypatch.setenv("PYTEST_SCHEMA_BASELINE", "elsewhere.json")
    text = printed(capsys, "migrations/004_view.sql", code=4)
    assert text.startswith("reading PYTEST_SCHEMA_BASELINE=elsewhere.json\n  because there is no ")


def test_the_file_of_expectations_may_be_in_a_folder_around(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("expectations.yaml", "migrations"):
        (project.path / "api").mkdir(exist_ok=True)
        (project.path / path).rename(project.path / "api" / path)
    text = printed(capsys, "api/migrations/003_name.sql", code=1)
    assert text.startswith("api/expectations.yaml:3:3: ")
    project.write("web/query.sql", "select 1;")
    text = printed(capsys, "web/query.sql", code=4)
    assert text.startswith("judging web/query.sql\n  because there is no file of expectations in i")
    assert "--spec=FILE" in printed(capsys, code=4)
    named = "--spec=api/expectations.yaml"
    assert printed(capsys, "-q", named, "web/query.sql") == ""
    assert DROPS.replace("migrations", "api/migrations") in printed(capsys, named, code=1)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["migrations"], 4, "reading FILE=migrations\n  because that is a folder"),
        (["--spec=no.yaml", "README.md"], 4, "reading --spec=no.yaml\n  because there is no such"),
        (["--var=a=1"], 4, "reading --var=a=1\n  because no file of expectations of this run has"),
        (
            ["other.expectations.yml"],
            2,
            "rename it to other.expectations.yaml, or name it with --s",
        ),
        ([""], 4, "argument FILE: it is empty"),
    ],
)
def test_a_mistake_says_what_to_type(
    project: Project, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    project.write("other.expectations.yml", "tables: {}\n")
    project.write("README.md", "")
    assert told in printed(capsys, *arguments, code=code)
