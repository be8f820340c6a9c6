"""`--schema-update` writes what the run has found, and nothing that allows more."""

import pytest

from pytest_schemaverify.databases import Server
from tests.differing import FILE, MIGRATION
from tests.projects import Project, shows_no_traceback, text_of
from tests.projects import project as project

NEW = FILE.replace("phone: text", "phone: varchar(9)\n      title: text")


@pytest.fixture(autouse=True)
def written(project: Project, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_SCHEMA_SERVER", str(server.dsn))
    project.write("migrations/001_users.sql", MIGRATION)
    project.expect(FILE)


def text(project: Project) -> str:
    return (project.path / "expectations.yaml").read_text()


def test_what_the_run_has_found_is_written(project: Project) -> None:
    result = project.run("--schema-update")
    said = text_of(result)
    assert text(project) == NEW, said
    assert result.ret == 1
    assert "- updated expectations -" in said
    assert "expectations.yaml: 3 differences: 1 new, 2 different\nwritten:\n" in said
    assert "is not written without --accept-loosening:\n  tables.users.columns.email (" in said
    assert "the next run verifies what is written" in said
    project.run("--schema-update")
    assert text(project) == NEW


def test_only_what_the_run_was_about_is_written(project: Project) -> None:
    project.run("--schema-update", "-k", "email or primary_key")
    assert text(project) == FILE
    project.run("--schema-update", "-k", "phone")
    assert text(project) == FILE.replace("phone: text", "phone: varchar(9)")


def test_without_the_option_nothing_is_written(project: Project) -> None:
    result = project.run()
    assert text(project) == FILE
    assert "updated expectations" not in text_of(result)


@pytest.mark.parametrize(
    ("arguments", "ci", "told"),
    [
        (["-n", "2"], "", "the workers of pytest-xdist would all write the file"),
        ([], "true", "in CI nothing is written"),
    ],
)
def test_where_it_must_not_write_it_refuses(
    project: Project, arguments: list[str], ci: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ci:
        monkeypatch.setenv("CI", ci)
    result = project.run_apart("--schema-update", *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"--schema-update: {told}" in text_of(result)
    assert text(project) == FILE


def test_a_file_that_is_read_only_is_told(project: Project) -> None:
    (project.path / "expectations.yaml").chmod(0o444)
    result = project.run("--schema-update")
    assert text(project) == FILE
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "it is read-only" in text_of(result)
    assert shows_no_traceback(text_of(result))


def test_without_a_database_nothing_is_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_SCHEMA_SERVER")
    result = project.run("--schema-update", "--schema-dsn=postgresql://me@127.0.0.1:1/none")
    assert text(project) == FILE
    assert "updated expectations" not in text_of(result)
