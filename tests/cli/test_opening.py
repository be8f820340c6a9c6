"""What commands work on is opened alike: a database found or built, its settings, its progress."""

import argparse
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import conninfo

from pytest_schemaverify.cli import main, sources
from pytest_schemaverify.cli.arguments import Parser
from pytest_schemaverify.cli.opening import opened, results_of
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.errors import ConfigError, DatabaseUnavailable, MigrationFailed, SpecError
from tests.projects import EXPECTATIONS, NUMBER, Project
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

pytestmark = pytest.mark.usefixtures("on_the_server")


def chosen(*arguments: str) -> argparse.Namespace:
    parser = Parser(prog="schemaverify any")
    sources.add_spec(parser)
    sources.add_sources(parser)
    return parser.parse_args(arguments)


def test_a_database_is_built_and_gone_afterwards() -> None:
    with opened(chosen()) as one:
        results = results_of(one)
        dsn = one.database.there.dsn
    assert [result.passed for result in results] == [True] * NUMBER
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(dsn)


def test_an_existing_database_is_read(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_SCHEMA_SERVER")
    project.write("other.yaml", EXPECTATIONS)
    with opened(chosen(f"--dsn={filled}", "--spec=other.yaml")) as one:
        assert one.database.there.description.endswith("read-only")
        assert one.contract.name == "other.yaml"
    monkeypatch.setenv("PYTEST_SCHEMA_DSN", str(filled))
    with opened(chosen()) as one:
        assert one.database.there.description.endswith("read-only")


def test_a_text_stands_for_a_file_that_is_not_written_yet(project: Project) -> None:
    (project.path / "expectations.yaml").unlink()
    path = project.path / "db" / "expectations.yaml"
    text = "migrations: {directory: ../migrations}\ntables: {users: {}}\n"
    with opened(chosen(), path=path, text=text) as one:
        assert [result.passed for result in results_of(one)][:1] == [True]
    assert not path.parent.exists()


def test_a_folder_that_an_option_names_goes_before_that_of_the_file(project: Project) -> None:
    project.write("others/001_orders.sql", "create table orders (id bigint);")
    project.expect("tables: {orders: {}}")
    with opened(chosen("--migrations=others")) as one:
        assert all(result.passed for result in results_of(one))


def test_a_migration_that_fails_is_told_with_its_place(project: Project) -> None:
    project.write("migrations/002_typo.sql", "alter tabel users add name text;")
    with pytest.raises(MigrationFailed, match=r"002_typo\.sql:1:7") as caught, opened(chosen()):
        pass
    assert caught.value.code == 1


@pytest.mark.parametrize(
    ("arguments", "text", "kind", "told"),
    [
        (["--spec=missing.yaml"], None, ConfigError, "reading --spec=missing.yaml"),
        (["--spec=migrations"], None, ConfigError, "that is a folder"),
        (["--migrations=missing"], None, ConfigError, "reading --migrations=missing"),
        (["--var=dmis=3"], None, ConfigError, "reading --var=dmis=3"),
        ([], "tabels: {}", SpecError, "expectations.yaml:1:1"),
        ([], "migrations: {directory: x}", SpecError, "expectations.yaml:1:14"),
        ([], "tables: {users: {}}", DatabaseUnavailable, "the file names no migrations"),
    ],
)
def test_what_cannot_be_opened_says_why(
    arguments: list[str], text: str | None, kind: type[Exception], told: str
) -> None:
    with pytest.raises(kind, match=re.escape(told)), opened(chosen(*arguments), text=text):
        pass


def test_one_command_takes_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_SCHEMA_SPEC", "a.yaml b.yaml")
    with pytest.raises(ConfigError, match=r"reading PYTEST_SCHEMA_SPEC=a\.yaml b\.yaml"):
        opened(chosen()).__enter__()


def test_settings_are_called_as_the_command_has_them(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["checklist", "--var=x"]) == 4
    assert "do      write --var name=value" in capsys.readouterr().err
    project.expect("tables: {users: {}}")
    assert main(["checklist"]) == 6
    told = capsys.readouterr()
    assert "give --migrations, or verify an existing database with --dsn=…" in told.out + told.err
    kept = "--schema-keep, --schema-dsn-x, --schema-specs"
    assert (
        sources.spelled(f"--schema-bin-dir, --schema-spec, {kept}") == f"--bin-dir, --spec, {kept}"
    )


def test_what_is_no_result_is_not_printed_with_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    sources.say(chosen("--quiet"), ["nothing"])
    sources.say(chosen(), ["something"])
    assert capsys.readouterr() == ("", "something\n")


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    ends = pty.openpty()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)


@pytest.mark.parametrize("quiet", [False, True])
def test_progress_is_shown_on_a_terminal(project: Project, quiet: bool) -> None:
    project.write("migrations/002_slow.sql", "select pg_sleep(1.2);")
    command = [sys.executable, "-m", "pytest_schemaverify.cli", "checklist"]
    with terminal() as (ours, theirs):
        done = subprocess.run(
            [*command, *(["-q"] if quiet else [])],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs, text=True, check=True,
        )  # fmt: skip
        os.set_blocking(ours, False)
        try:
            shown = os.read(ours, 10_000).decode()
        except BlockingIOError:
            shown = ""
    assert "checklist of a migration" in done.stdout
    assert "\r" not in done.stdout
    assert bool(re.search(r"schemaverify: .*002_slow\.sql.*, \d s", shown)) is not quiet, shown
    assert quiet or shown.endswith("\r")


def test_a_password_is_not_shown() -> None:
    dsn = conninfo.make_conninfo(host="127.0.0.1", port=1, user="me", password="hush-hush")
    with pytest.raises(ConfigError) as caught:
        chosen(f"--dns={dsn}")
    assert "hush" not in str(caught.value)
