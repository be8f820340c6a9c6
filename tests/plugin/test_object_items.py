"""`--schema-items=object`: one item for all that the file expects of an object."""

import json
import re
from typing import Any

import pytest

from pytest_schemaverify.databases import Dsn
from tests.projects import NUMBER, Project, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

OBJECTS = "--schema-items=object"
MANY = """\
tables:
  users:
    columns:
      id: bigint not null
      email: varchar(80) not null
      phone: text
    primary_key: [id]
    rls: {enabled: false, xfail: it is on today}
  teams: {columns: {id: bigint}, skip: not yet}
  badges: {xfail: it comes next week}
data:
  users: {rows: 5, severity: warn}
rules: {row_level_security: true}
"""
"""Expectations with each outcome, some of them of one table."""


def outcomes(project: Project, name: str) -> dict[str, Any]:
    """Return what a record says of each expectation, without the time that it took."""
    record = json.loads((project.path / name).read_text())
    return {one.pop("id"): one for one in record["expectations"] if one.pop("seconds") >= 0}


def test_a_failure_has_every_difference_of_the_object(project: Project, filled: Dsn) -> None:
    project.expect(MANY)
    result = project.run(f"--schema-dsn={filled}", OBJECTS, "-v", "--junitxml=all.xml")
    text = text_of(result)
    result.assert_outcomes(failed=1, skipped=1, xfailed=1, passed=2)
    headline = "expectations.yaml:2:3: tables.users: 2 of 11 expectations do not hold, 7 hold"
    assert f"{headline}, 1 known, 1 skipped\n" in text
    assert "columns.email::type\n    expected    varchar(80)\n    actual      text" in text
    assert "columns.phone::exists\n    expected    column public.users.phone" in text
    assert "FAILED expectations.yaml::tables.users - columns.email::type: expected " in text
    assert "WARNED expectations.yaml::data.users::rows - expected 5" in text
    # The table of categories counts expectations, the last line of pytest items.
    assert re.search(r"✗ table structures +2 of 11", text), text
    assert "expectations in 5 items, one for each object" in text
    written = (project.path / "all.xml").read_text()
    assert 'name="tables.users"' in written
    assert "schema_warning" in written


@pytest.mark.parametrize("how", [[], ["-n", "2"]], ids=["alone", "workers"])
def test_reports_have_each_expectation_as_ever(
    project: Project, filled: Dsn, how: list[str]
) -> None:
    project.expect(MANY)
    project.write("tests/test_own.py", "def test_own(): pass")
    dsn = f"--schema-dsn={filled}"
    project.run(dsn, "--schema-report=json:each.json")
    result = project.run_apart(dsn, OBJECTS, "--schema-report=json:whole.json", *how)
    assert result.parseoutcomes() == {"failed": 1, "skipped": 1, "xfailed": 1, "passed": 3}
    each = outcomes(project, "each.json")
    assert {one["outcome"] for one in each.values()} == {
        "passed", "failed", "skipped", "warned", "known"
    }  # fmt: skip
    assert outcomes(project, "whole.json") == each


def test_an_object_that_fails_in_a_worker_is_told_as_alone(project: Project, filled: Dsn) -> None:
    project.expect("tables: {users: {}}\ndata: {users: {rows: 7}}\n")
    # Three of them read what the worker sends: exit code, report and summary.
    asked = (f"--schema-dsn={filled}", OBJECTS, "--schema-report=json:whole.json")
    result = project.run_apart(*asked, "-n", "1")
    text = text_of(result)
    result.assert_outcomes(failed=1, passed=1)
    assert result.ret == 1
    assert "FAILED expectations.yaml::data.users - " in text
    assert outcomes(project, "whole.json")["expectations.yaml::data.users::rows"]["outcome"] == (
        "failed"
    )


def test_known_findings_are_those_of_expectations(project: Project, filled: Dsn) -> None:
    project.expect(MANY)
    options = (f"--schema-dsn={filled}", "--schema-baseline=known.json")
    assert project.run(*options, "--schema-baseline-update").ret == 0
    before = (project.path / "known.json").read_text()
    result = project.run(*options, OBJECTS)
    result.assert_outcomes(skipped=1, xfailed=2, passed=2)
    assert "stale" not in text_of(result)
    project.run(*options, OBJECTS, "--schema-baseline-update")
    assert (project.path / "known.json").read_text() == before


def test_an_object_is_asked_for_and_not_its_parts(project: Project, filled: Dsn) -> None:
    project.write("pytest.ini", "[pytest]\nschema_items = object\n")
    dsn = f"--schema-dsn={filled}"
    collected = project.run("--collect-only", "-q").outlines
    names = ("migrations::applies", "migrations::ignored", "tables.users", "data.users")
    assert collected[:4] == [f"expectations.yaml::{name}" for name in names]
    project.run(dsn, "expectations.yaml::tables.users").assert_outcomes(passed=1)
    project.run(dsn, "-k", "users and not data").assert_outcomes(passed=1, deselected=3)
    project.run(dsn, "-k", "email").assert_outcomes(passed=1, deselected=3)
    project.run(dsn, "-m", "rls").assert_outcomes(passed=1, deselected=3)
    refused = project.run(dsn, "expectations.yaml::tables.users::exists")
    assert refused.ret == 4
    assert (
        "expectations.yaml::tables.users::exists: one item is an object here\n"
        "  because pytest.ini:2:1: schema_items says so\n"
        "  do      name the object, expectations.yaml::tables.users, or add "
        "--schema-items=expectation"
    ) in text_of(refused)
    project.run(
        dsn, "--schema-items=expectation", "expectations.yaml::tables.users::exists"
    ).assert_outcomes(passed=1)


def test_without_a_database_one_item_says_why(project: Project) -> None:
    result = project.run("--schema-dsn=postgresql://127.0.0.1:1/none", OBJECTS)
    text = text_of(result)
    assert result.ret == 6, text
    result.assert_outcomes(failed=1, passed=1, skipped=2)
    assert text.count("because connection failed") == 1
    assert "there is no database, see the first such item" in text


def test_a_mark_is_that_of_all_expectations_of_the_object(project: Project, filled: Dsn) -> None:
    project.write(
        "conftest.py",
        "import pytest\n"
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items:\n"
        "        if item.name == 'tables.users': item.add_marker(pytest.mark.skip('why'))\n",
    )
    result = project.run(f"--schema-dsn={filled}", OBJECTS, "-v")
    result.assert_outcomes(passed=2, skipped=2)
    skipped = re.findall(r"\((\d+) skipped\)", text_of(result))
    assert sum(map(int, skipped)) == NUMBER - 3  # without those of data and of migrations


def test_another_word_for_an_item(project: Project) -> None:
    result = project.run("--schema-items=table")
    assert result.ret == 4
    assert "reading --schema-items=table" in text_of(result)
    assert "choose one of expectation, object" in text_of(result)
