"""Installed and not used, the plugin is as good as not there."""

import json
import sys

import pytest

from tests.projects import Project, text_of
from tests.projects import project as project  # a fixture

UNIT = """
import sys

def test_unit():
    heavy = {"psycopg", "yaml", "pydantic", "postgast", "pytest_schemaverify.plugin.collection",
             "pytest_schemaverify.databases", "pytest_schemaverify.kinds",
             "pytest_schemaverify.language"}
    assert not heavy & set(sys.modules)
"""


@pytest.fixture
def others(project: Project) -> Project:
    """A project without expectations."""
    (project.path / "expectations.yaml").unlink()
    project.write("test_unit.py", UNIT)
    project.write("other.yaml", "tables: {}")
    return project


def test_nothing_of_weight_is_imported_and_nothing_is_said(others: Project) -> None:
    result = others.run_apart("-W", "error", "--strict-markers", "--strict-config")
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    text = text_of(result)
    assert [line for line in text.splitlines() if "schema" in line] == [
        line for line in text.splitlines() if line.startswith("plugins: ")
    ]
    assert "warning" not in text
    pytests = {".pytest_cache", "__pycache__", "stdout", "stderr"}
    left = {path.name for path in others.path.iterdir() if "runpytest" not in path.name}
    assert left - pytests == {"migrations", "other.yaml", "test_unit.py"}


def test_the_same_holds_under_xdist(others: Project) -> None:
    result = others.run_apart("-W", "error", "-n1")
    result.assert_outcomes(passed=1)
    assert "schema" not in text_of(result).replace("schemaverify-0.1.0", "")


@pytest.mark.parametrize(
    "variables",
    [
        {"PYTEST_SCHEMA_DSN": "postgresql://127.0.0.1:1/none"},
        {"PYTEST_SCHEMA_BIN_DIR": "/nowhere", "PYTEST_SCHEMA_DATABASE": "local"},
        {"GITHUB_ACTIONS": "true"},
    ],
)
def test_a_setting_alone_starts_nothing(
    others: Project, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    others.run_apart().assert_outcomes(passed=1)


def test_a_run_of_unit_tests_beside_expectations_is_just_that(project: Project) -> None:
    project.write("test_unit.py", UNIT)
    result = project.run_apart("test_unit.py", "-W", "error")
    result.assert_outcomes(passed=1)
    assert "schema verification" not in text_of(result)


def test_the_verification_itself_warns_of_nothing(project: Project) -> None:
    result = project.pytester.run(
        sys.executable, "-X", "dev", "-W", "error", "-m", "pytest", "-W", "error"
    )
    result.assert_outcomes(passed=12)
    assert "Warning" not in text_of(result)


def test_importing_the_plugin_takes_little(
    others: Project, record_property: pytest.Function
) -> None:
    """The budget is 20 ms; a busy machine is slower, so ten times that is what fails."""
    code = (
        "import time, pytest, argparse, json, sys, dataclasses, pathlib, contextlib\n"
        "start = time.perf_counter()\n"
        "import pytest_schemaverify.plugin.hooks\n"
        "print(json.dumps(time.perf_counter() - start))\n"
    )
    seconds = min(
        json.loads(others.pytester.run(sys.executable, "-c", code).outlines[-1]) for _ in range(3)
    )
    record_property("seconds", seconds)  # type: ignore[operator]
    print(f"importing the plugin took {seconds * 1000:.1f} ms")
    assert seconds < 0.2
