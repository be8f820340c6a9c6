"""Many workers, one database."""

import re
from pathlib import Path

import pytest

from pytest_schemaverify.databases import Dsn
from tests.projects import (
    EXPECTATIONS,
    NUMBER,
    WRONG,
    Project,
    lines_after,
    shows_no_traceback,
    text_of,
)
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

WHERE = """
import os, pathlib, time

def test_where_{0}(schema_dsn, schema_catalog, schema_connection):
    row = schema_connection.execute("select count(*) from users").fetchone()
    assert row == (0,)
    time.sleep(0.1)  # so that the other worker gets some too
    pathlib.Path("where_{0}").write_text(
        f"{{os.environ.get('PYTEST_XDIST_WORKER')}} {{schema_dsn}}")
"""


def outcomes(result: pytest.RunResult) -> set[tuple[str, str]]:
    """Return what became of each item, whatever the order."""
    shown = r"(?:\[gw\d\] \[ *\d+%\] )?(PASSED|FAILED|SKIPPED) (\S+::\S+)"
    return {(name, what) for what, name in re.findall(shown, text_of(result))}


def test_two_workers_find_what_one_process_finds_on_one_server(project: Project) -> None:
    project.expect(WRONG)
    for number in range(4):
        project.write(f"test_{number}.py", WHERE.format(number))
    result = project.run_apart("-n2", "-v")
    result.assert_outcomes(passed=NUMBER - 1 + 4, failed=1)
    assert result.ret == 1
    text = text_of(result)
    assert lines_after(text, "tables.users.columns.email type")[1:4] == [
        "expectations.yaml:6:7: tables.users.columns.email::type",
        "    expected    varchar(80)",
        "    actual      text",
    ]
    assert "email::type - expected varchar(80), actual text" in text
    assert text.count("disposable PostgreSQL") == 1
    counted = [line for line in lines_after(text, "schema verification") if "✓" in line]
    hold = [part.split() for line in counted for part in line.split("✓ ")[1:]]
    assert ["migrations", "2"] in [part[:2] for part in hold]
    assert ["tables", "1"] in [part[:2] for part in hold]
    places = [path.read_text().split(" ", 1) for path in project.path.glob("where_*")]
    assert "[gw0]" in text
    assert "[gw1]" in text
    assert len({dsn for _, dsn in places}) == 1


@pytest.mark.parametrize("how", [[], ["--dist=loadscope"]], ids=["load", "loadscope"])
def test_tests_alone_share_one_server_too(project: Project, how: list[str]) -> None:
    for number in range(4):
        project.write(f"test_{number}.py", WHERE.format(number))
    project.write("test_other.py", "def test_other(): pass")
    result = project.run_apart("-n2", *how, *(f"test_{number}.py" for number in range(4)))
    result.assert_outcomes(passed=4)
    places = [path.read_text().split(" ", 1) for path in project.path.glob("where_*")]
    assert len({worker for worker, _ in places}) == 2
    assert len({dsn for _, dsn in places}) == 1


def test_tests_that_do_not_want_it_start_no_server(project: Project) -> None:
    project.write(
        "conftest.py",
        "from pytest_schemaverify import databases\n"
        "def start(*_): raise SystemExit('a server was started')\n"
        "databases.start = start\n",
    )
    project.write("test_other.py", "def test_other(): pass\ndef test_another(): pass\n")
    project.run_apart("-n2", "test_other.py").assert_outcomes(passed=2)


def test_a_broken_file_is_told_by_the_tests_that_want_its_database(project: Project) -> None:
    project.expect("tabels: {}")
    project.write("test_1.py", WHERE.format(1))
    result = project.run_apart("-n2", "test_1.py")
    result.assert_outcomes(errors=1)
    assert "tabels: unknown key, did you mean `tables`?" in text_of(result)


def test_distribution_by_scope_works(project: Project, filled: Dsn) -> None:
    project.write("b.expectations.yaml", "tables: {users: {}}")
    result = project.run_apart("-n2", f"--schema-dsn={filled}", "--dist=loadscope")
    result.assert_outcomes(passed=1 + NUMBER - 1, skipped=1)


@pytest.mark.parametrize("how", [["-n4"], ["-n4", "--dist=loadscope"], ["-n4", "--dist=worksteal"]])
def test_many_workers_share_one_server_however_tests_are_dealt(
    project: Project, how: list[str]
) -> None:
    for number in range(4):
        project.write(f"test_{number}.py", WHERE.format(number))
    result = project.run_apart(*how)
    result.assert_outcomes(passed=NUMBER + 4)
    assert text_of(result).count("disposable PostgreSQL") == 1
    assert len({path.read_text().split(" ", 1)[1] for path in project.path.glob("where_*")}) == 1


def test_each_worker_has_copies_of_its_own_to_write_to(project: Project) -> None:
    project.write(
        "migrations/002_count.sql",
        "create function counted() returns bigint language sql security definer "
        "set search_path = '' as $$ select count(*) from public.users $$;",
    )
    project.expect("""
        migrations:
          directory: migrations
          before: []
          idempotent: false
          budget: {lock: access exclusive, rewrite: none, seconds: 60}
        rules:
          no_leaking_definers: {except: {counted: it only counts}}
          no_injectable_definers: true
          no_shadowed_definers: true
    """)
    apart = project.run_apart("-n4")
    assert "already exists" not in text_of(apart)
    assert text_of(apart).count("cannot tell") == text_of(project.run_apart()).count("cannot tell")


def test_a_worker_that_crashes_costs_its_own_test_only(project: Project) -> None:
    project.write("test_a.py", "import os\ndef test_crash():\n    os._exit(1)\n")
    project.write("test_b.py", WHERE.format(1))
    project.write("test_c.py", WHERE.format(2))
    result = project.run_apart("-n2")
    result.assert_outcomes(passed=NUMBER + 2, failed=1)
    text = text_of(result)
    assert "worker 'gw" in text
    assert text.count("disposable PostgreSQL") == 1
    assert len({path.read_text().split(" ", 1)[1] for path in project.path.glob("where_*")}) == 1


def test_the_first_failure_can_end_the_run(project: Project) -> None:
    project.expect(WRONG.replace("rows: 0", "rows: 5"))
    result = project.run_apart("-n2", "--maxfail=1")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "stopping after 1 failures" in text_of(result)
    assert "schema verification" in text_of(result)


def test_a_database_that_cannot_be_had_is_told_once(project: Project) -> None:
    project.write("test_b.py", WHERE.format(1))
    dsn = "--schema-dsn=postgresql://me@127.0.0.1:1/none"
    result = project.run_apart("-n2", dsn)
    text = text_of(result)
    assert shows_no_traceback(text)
    assert text.count("because connection failed") == 2  # the file's, and the unit test's own
    result.assert_outcomes(passed=1, failed=1, skipped=NUMBER - 2, errors=1)  # one needs none
    assert project.run_apart("-n2", dsn, "expectations.yaml").ret == 6


def test_a_file_with_problems_lists_them(project: Project) -> None:
    project.expect("tabels: {}\ntables: {users: {colums: {}}}")
    text = text_of(project.run_apart("-n2"))
    assert "expectations.yaml:1:1: tabels: unknown key, did you mean `tables`?" in text
    assert "expectations.yaml:2:18: tables.users.colums: unknown key" in text
    assert shows_no_traceback(text)


def test_files_outside_of_the_project_are_verified(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    text = EXPECTATIONS.replace("migrations}", f"{project.path}/migrations}}")
    for name in ("one.yaml", "two.yaml"):
        (outside / name).write_text(text)
    specs = [f"--schema-spec={outside / name}" for name in ("one.yaml", "two.yaml")]
    result = project.run_apart("-n2", "-v", *specs)
    result.assert_outcomes(passed=2 * NUMBER)
    names = {name for name, _ in outcomes(result)}
    assert {Path(name.partition("::")[0]).name for name in names} == {"one.yaml", "two.yaml"}
    assert text_of(result).count("disposable PostgreSQL") == 2


def test_without_xdist_nothing_is_missing(project: Project, filled: Dsn) -> None:
    result = project.run_apart("-p", "no:xdist", f"--schema-dsn={filled}")
    result.assert_outcomes(passed=NUMBER - 1, skipped=1)
