"""Many workers, one database."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.errors import CannotDetermine
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
    assert lines_after(text, "tables.users.columns.email type")[:3] == [
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


@pytest.mark.parametrize("asked", [["test_other.py"], ["-k", "other"]], ids=["named", "selected"])
def test_tests_that_do_not_want_it_start_no_server(
    project: Project, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.path / "cache"))
    project.write("test_other.py", "def test_other(): pass\ndef test_another_other(): pass\n")
    result = project.run_apart("-n2", *asked)
    assert result.parseoutcomes()["passed"] == 2
    # The first server of a user leaves its cluster there.
    assert not list((project.path / "cache").rglob("*.tar"))


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
    apart = project.run_apart("-n2")
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


ALL_OUTCOMES = """
migrations: {directory: migrations}
tables:
  users:
    columns:
      id: bigint not null
      email: varchar(80) not null
    primary_key: [id]
    indexes:
      users_email_key: {columns: ["nothing("]}
  posts: {skip: it comes with the next release}
  drafts: {xfail: it comes later}
  notes: {severity: warn}
data:
  users: {rows: 0}
"""
OWN = "def test_passes(): pass\ndef test_fails(): assert 1 == 2\n"


def told(project: Project, *arguments: str) -> dict[str, object]:
    """Return what a run tells beside its times, and the id of a worker."""
    result = project.run_apart("--continue-on-collection-errors", "--junitxml=all.xml", *arguments)
    cases = ET.parse(project.path / "all.xml").getroot().iter("testcase")
    text = text_of(result)
    # A slow run has times in each column.
    lines = [re.sub(r"\b[\d.]+m?s\b", "", one) for one in lines_after(text, "schema verification")]
    return {
        "cases": {
            (case.get("classname"), case.get("name")): [(e.tag, e.get("message")) for e in case]
            for case in cases
        },
        "failures": sorted(re.findall(r"^(?:    | {18})\S.*", text, re.MULTILINE)),
        "table": [line.split() for line in lines if "files" not in line],
        "short": sorted(
            # pytest-xdist sends the text of an error, without its first line apart.
            re.sub(r"^(ERROR \S+).*", r"\1", one)
            for one in lines_after(text, "short test summary info")
        ),
        "counts": result.parseoutcomes(),
        "exit code": result.ret,
    }


def test_a_run_tells_the_same_with_workers_and_without(project: Project) -> None:
    project.expect(ALL_OUTCOMES)
    project.write("broken.expectations.yaml", "tabels: {}")
    project.write("test_own.py", OWN)
    alone = told(project)
    assert alone["counts"] == {
        "failed": 3, "passed": 13, "skipped": 1, "xfailed": 1, "errors": 1,
    }  # fmt: skip
    assert told(project, "-n2") == alone


def handed_out(result: pytest.RunResult) -> set[str]:
    """Return the items that workers ran, with -v."""
    return set(re.findall(r"\[gw\d\] \[ *\d+%\] [A-Z]+ (\S+)", text_of(result)))


def test_only_what_is_tried_is_handed_out(project: Project, filled: Dsn) -> None:
    project.write("test_own.py", "def test_own(): pass")
    project.write(
        "conftest.py",
        "import pytest\n"
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items:\n"
        "        if item.nodeid.endswith('email::type'):\n"
        "            item.add_marker(pytest.mark.skip('mine'))\n"
        "        if item.nodeid.endswith('email::exists'):\n"
        "            item.user_properties.append(('team', 'accounts'))\n",
    )
    result = project.run_apart("-n1", "-v", f"--schema-dsn={filled}")
    result.assert_outcomes(passed=NUMBER - 1, skipped=2)
    marked = "expectations.yaml::tables.users.columns.email::type"
    labelled = "expectations.yaml::tables.users.columns.email::exists"
    assert handed_out(result) == {
        "expectations.yaml::data.users::rows",
        "test_own.py::test_own",
        marked,
        labelled,
    }
    assert "[100%]" in text_of(result)
    assert not re.search(r"1\d[1-9]%", text_of(result))


SKIPPING = """
import pytest
def pytest_collection_modifyitems(items):
    for item in items:
        if item.nodeid.endswith("email::type"):
            item.add_marker(pytest.mark.skip("mine"))
"""


def test_what_is_met_late_sees_all_expectations_too(project: Project, filled: Dsn) -> None:
    # Collected behind the file of expectations.
    project.write("later/conftest.py", SKIPPING)
    project.write("later/test_own.py", "def test_own(): pass")
    result = project.run_apart("-n1", "-v", f"--schema-dsn={filled}")
    result.assert_outcomes(passed=NUMBER - 1, skipped=2)
    assert "expectations.yaml::tables.users.columns.email::type" in handed_out(result)


REHEARSED = """
migrations:
  directory: migrations
  rollback: ../back.sql
  reversible: true
  budget: {lock: access exclusive, rewrite: none, seconds: 60}
  idempotent: true
  resumable: true
tables:
  users: {columns: {id: bigint not null, email: text not null}, primary_key: [id]}
data:
  users: {rows: 0}
"""
COUNTING = """
import pathlib
def pytest_collectreport(report):
    if report.nodeid == "expectations.yaml":
        pathlib.Path("made").write_text(str(len(report.result)))
"""


def test_what_takes_longest_is_handed_out_first_and_what_compares_is_not_made(
    project: Project,
) -> None:
    once = "create table users (", "create table if not exists users ("
    text = (project.path / "migrations/001_users.sql").read_text().replace(*once)
    project.write("migrations/001_users.sql", text)
    project.write("back.sql", "drop table users;")
    project.write("conftest.py", COUNTING)
    project.expect(REHEARSED)
    result = project.run_apart("-n2", "-v")
    result.assert_outcomes(passed=17)
    shown = re.findall(r"\[gw(\d)\] \[ *\d+%\] PASSED expectations.yaml::(\S+)", text_of(result))
    worker = {name: number for number, name in shown}
    budget = {worker[f"migrations.budget::{name}"] for name in ("lock", "rewrite", "seconds")}
    assert len(budget) == 1
    assert worker["migrations::resumable"] not in budget
    # The first that needs a database, and the first that needs none, may have to tell something.
    assert int((project.path / "made").read_text()) == len(shown) + 2


@pytest.mark.parametrize(
    ("hook", "how"),
    [
        ("pytest_runtest_setup(item)", ["-n2"]),
        ("pytest_runtest_logreport(report)", ["-n1"]),
        ("pytest_xdist_make_scheduler(config)", ["-n2"]),
        ("pytest_custom()", ["--dist=each", "--tx=2*popen"]),
    ],
)
def test_what_a_project_looks_at_is_handed_out(
    project: Project, filled: Dsn, hook: str, how: list[str]
) -> None:
    project.write("test_own.py", "def test_own(): pass")
    name = hook.partition("(")[0]
    optional = "import pytest\n@pytest.hookimpl(optionalhook=True)\n"
    project.write("conftest.py", f"{optional}def {hook}: pass\n")
    result = project.run_apart("-v", f"--schema-dsn={filled}", *how)
    assert len(handed_out(result)) == NUMBER + 1, name


def test_files_that_only_compare_start_no_workers(project: Project, filled: Dsn) -> None:
    given = ["-n1", "-v", f"--schema-dsn={filled}", "expectations.yaml"]
    tried = project.run_apart(*given)
    assert handed_out(tried) == {"expectations.yaml::data.users::rows"}
    project.expect(EXPECTATIONS.partition("data:")[0])
    compared = project.run_apart(*given)
    compared.assert_outcomes(passed=NUMBER - 2, skipped=1)
    assert "created: " in text_of(tried)
    assert "created: " not in text_of(compared)


def test_what_is_not_handed_out_is_selected_and_ends_the_run_too(
    project: Project, filled: Dsn
) -> None:
    project.expect(WRONG)
    project.write("test_own.py", "def test_own(): pass")
    given = ["-n1", "-v", f"--schema-dsn={filled}"]
    ended = project.run_apart(*given, "-x")
    ended.assert_outcomes(passed=8, failed=1, skipped=1)
    assert "stopping after 1 failures" in text_of(ended)
    again = project.run_apart(*given, "--lf")
    again.assert_outcomes(failed=1)
    assert again.ret == 1
    assert project.run_apart(*given, "-k", "nothing").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_file_that_has_changed_is_not_taken_for_verified(project: Project, filled: Dsn) -> None:
    project.write("test_own.py", "def test_own(): pass")
    # One at the root is read before the workers have started.
    text = EXPECTATIONS.replace("directory: ", "directory: ../")
    project.write("below/expectations.yaml", text)
    (project.path / "expectations.yaml").unlink()
    project.write(
        "conftest.py",
        "import os, pathlib, pytest\n"
        "@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_collection_finish():\n"
        "    if 'PYTEST_XDIST_WORKER' in os.environ:\n"
        "        pathlib.Path('below/expectations.yaml').write_text('tables: {users: {}}')\n",
    )
    result = project.run_apart("-n1", f"--schema-dsn={filled}")
    text = text_of(result)
    assert "reading below/expectations.yaml as the workers have read it" in text
    assert "of its expectations are gone, such as" in text
    assert result.ret == CannotDetermine.code
    assert shows_no_traceback(text)


# One worker begins when another has told the controller what it has.
ANOTHER = """
import pathlib, time
def pytest_configure(config):
    if getattr(config, "workerinput", {{}}).get("workerid") == {late!r}:
        while not pathlib.Path("told").exists():
            time.sleep(0.05)
        pathlib.Path("expectations.yaml").write_text({text!r})
def pytest_xdist_node_collection_finished():
    pathlib.Path("told").touch()
"""


@pytest.mark.parametrize(
    ("late", "text", "count"),
    [
        ("gw1", "tables: {users: {}}", "1"),
        ("gw0", "tables: {users: {}, users2: {}}", "2"),
        ("gw1", "x-nothing: 1", "0"),
    ],
)
def test_workers_that_leave_different_expectations_fail_the_run(
    project: Project, filled: Dsn, late: str, text: str, count: str
) -> None:
    project.expect("tables: {users: {columns: {id: {}}}}")
    project.write("test_own.py", "def test_own(): pass")
    project.write("conftest.py", ANOTHER.format(late=late, text=text))
    result = project.run_apart("-n2", f"--schema-dsn={filled}")
    told = text_of(result)
    assert "of pytest-xdist have collected" in told
    assert f"and the other {count} expectations, such as expectations.yaml::tables.users" in told
    assert result.ret == CannotDetermine.code
    assert shows_no_traceback(told)


LOST = """
import pathlib, pytest

@pytest.hookimpl(tryfirst=True)
def pytest_xdist_node_collection_finished(node):
    for left in pathlib.Path(node.workerinput["schemaverify"]).glob("left.*"):
        left.unlink()
"""


def test_expectations_that_are_lost_on_the_way_fail_the_run(project: Project, filled: Dsn) -> None:
    # As by a program that empties the folder for temporary files.
    project.write("test_own.py", "def test_own(): pass")
    project.write("conftest.py", LOST)
    result = project.run_apart("-n1", f"--schema-dsn={filled}")
    told = text_of(result)
    assert "taking 11 expectations that the workers of pytest-xdist have left" in told
    assert "is gone from the folder for temporary files" in told
    assert result.ret == CannotDetermine.code
    assert shows_no_traceback(told)
