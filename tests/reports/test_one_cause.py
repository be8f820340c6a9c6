"""Hundreds of expectations that one thing keeps from being looked at read as one."""

import psycopg
import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn
from tests.projects import Project, shows_no_traceback, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project  # a fixture

COLUMNS = "".join(f"      c{number}: text not null\n" for number in range(100))
TABLE = f"  orders:\n    columns:\n{COLUMNS}"
SCHEMA = "".join(
    f"  billing.t{number}: {{columns: {{id: int not null}}, primary_key: [id]}}\n"
    for number in range(50)
)
FILES = "migrations: {directory: migrations}\n"
OTHER = "  users: {columns: {id: bigint}}\n"


def told(project: Project, expectations: str, *options: str) -> list[str]:
    """Return what a run prints behind the dots."""
    project.expect(expectations)
    text = text_of(project.run("-q", "-rs", "-p", "no:randomly", *options))
    assert shows_no_traceback(text), text
    return [line for line in text.splitlines() if line and not line.endswith("%]")]


def skips(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("SKIPPED")]


def test_a_missing_table_is_one_failure_and_one_line(project: Project) -> None:
    lines = told(project, f"{FILES}tables:\n{OTHER}{TABLE}")
    [line] = skips(lines)
    assert line == "SKIPPED [300] expectations.yaml:6: table public.orders does not exist"
    assert "  - 300 skipped, because table public.orders does not exist" in lines
    assert lines[-1].startswith("1 failed, ")
    assert len(lines) < 20


def test_a_missing_schema_is_one_failure_and_one_line(project: Project) -> None:
    lines = told(project, f"{FILES}tables:\n{OTHER}{SCHEMA}")
    [line] = skips(lines)
    reason = "schema billing does not exist, see expectations.yaml::tables.billing.t0::exists"
    assert line == f"SKIPPED [249] expectations.yaml:4: {reason}"
    assert "    actual      no such schema: billing" in lines
    assert any(line.startswith(f"  - 249 skipped, because {reason}") for line in lines)
    assert lines[-1].startswith("1 failed, ")
    assert len(lines) < 20


def test_a_schema_that_is_expected_itself_is_told_as_such(project: Project) -> None:
    lines = told(project, f"{FILES}schemas: {{biling: {{}}}}\ntables:\n{OTHER}{SCHEMA}")
    assert len([line for line in lines if "no such schema" in line]) == 2  # the name is another
    lines = told(project, f"{FILES}schemas: {{billing: {{}}}}\ntables:\n{OTHER}{SCHEMA}")
    [line] = skips(lines)
    assert line.endswith("see expectations.yaml::schemas.billing::exists")
    assert lines[-1].startswith("1 failed, ")


def test_one_of_those_that_are_asked_for_fails_all_the_same(project: Project) -> None:
    lines = told(project, f"{FILES}tables:\n{OTHER}{SCHEMA}", "-k", "t40 and columns")
    assert lines[-1].startswith("1 failed, 2 skipped")


def test_what_is_not_to_be_in_a_missing_schema_is_not(project: Project) -> None:
    lines = told(project, f"{FILES}tables:\n{OTHER}  billing.old: absent\n")
    assert " passed" in lines[-1]
    assert "failed" not in lines[-1]


def test_a_migration_that_fails_is_one_failure_and_one_line(project: Project) -> None:
    project.write("migrations/002_orders.sql", "create table orders (id int primary kee);")
    lines = told(project, f"{FILES}tables:\n{OTHER}{TABLE}")
    reasons = {line.partition(": ")[2] for line in skips(lines)}
    assert reasons == {"a migration failed, see migrations::applies"}
    assert len(skips(lines)) == 1
    assert lines[-1].startswith("1 failed, ")
    assert len(lines) < 25


def test_a_database_that_goes_away_is_one_failure_and_one_line(
    project: Project, filled: Dsn
) -> None:
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute(
            "create function kill() returns int stable language plpgsql as $$ begin "
            "perform pg_terminate_backend(pg_backend_pid()); return 1; end $$"
        )
    queries = "".join(
        f"    q{number}: {{sql: select 1 as one, returns: [[1]]}}\n" for number in range(50)
    )
    lines = told(
        project,
        f"tables:\n{OTHER}data:\n  queries:\n    kill: {{sql: select kill(), returns: nothing}}\n"
        f"{queries}",
        f"--schema-dsn={filled}",
    )
    [line] = skips(lines)
    assert line.startswith("SKIPPED [50] ")
    assert "the database went away, see " in line
    assert len(lines) < 25


def test_workers_tell_it_once_each(project: Project) -> None:
    project.expect(f"{FILES}tables:\n{OTHER}{SCHEMA}")
    result = project.run_apart("-q", "-n", "2")
    assert 1 <= result.parseoutcomes()["failed"] <= 2, text_of(result)


def test_the_checklist_tells_it_once(
    project: Project,
    filled: Dsn,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(project.path)
    project.expect(f"{FILES}tables:\n{OTHER}{SCHEMA}")
    assert main(["checklist", f"--dsn={filled}"]) == 1
    assert capsys.readouterr().out.count("no such schema: billing") == 2  # of each database
