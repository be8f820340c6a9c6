"""Other plugins of pytest beside expectations, each installed and run."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pytest_schemaverify.databases import Dsn
from tests.projects import NUMBER, WRONG, Project, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project
from tools import plugins

FAILING = "tables.users.columns.email::type"
ON_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def _folder(*, apart: bool) -> Path:
    try:
        return plugins.folder(apart=apart)
    except subprocess.CalledProcessError as error:
        if os.environ.get("SCHEMAVERIFY_TEST_PLUGINS") == "required":
            raise
        pytest.skip(f"the plugins cannot be installed here: {error}")


@pytest.mark.parametrize("plugin", plugins.plugins(), ids=lambda plugin: plugin.name)
def test_a_run_with_a_plugin_ends_as_without_it(
    project: Project, filled: Dsn, plugin: plugins.Plugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(_folder(apart=plugin.apart)))
    monkeypatch.setenv("COLUMNS", "200")
    project.expect(WRONG)
    project.write("tests/test_own.py", "def test_own(): assert 1 + 1 == 2")
    project.write("pytest.ini", "[pytest]\n")
    loaded = [word for name in ("schemaverify", *plugin.load) for word in ("-p", name)]
    command = [sys.executable, "-m", "pytest", *loaded, *plugin.options, "--junitxml=all.xml"]
    around = [sys.executable, "-c", ON_A_TERMINAL] if plugin.terminal else []
    result = project.pytester.run(*around, *command, f"--schema-dsn={filled}", timeout=100)
    text = text_of(result)
    assert result.ret == 1, text
    assert "INTERNALERROR" not in text
    cases = ET.parse(project.path / "all.xml").getroot().findall(".//testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    assert [f"{case.attrib['classname']}::{case.attrib['name']}" for case in failed] == [
        f"expectations.yaml.{FAILING}"
    ]
    assert len({(case.attrib["classname"], case.attrib["name"]) for case in cases}) == NUMBER + 1
    if plugin.file:
        text = _written(project.path / plugin.file)
    assert plugin.says in text


def _written(report: Path) -> str:
    """Return what a plugin has written, in one file or in several."""
    files = [report] if report.is_file() else sorted(one for one in report.rglob("*.*"))
    return "\n".join(one.read_text(encoding="utf-8", errors="replace") for one in files)


def test_an_expectation_is_verified_again_when_a_migration_has_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pytest-testmon leaves tests out whose Python files are as they were."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(_folder(apart=False)))
    project.write("tests/test_own.py", "def test_own(): pass")
    command = ("-p", "schemaverify", "-p", "testmon.pytest_testmon", "--testmon")
    project.run_apart(*command).assert_outcomes(passed=NUMBER + 1)
    path = project.path / "migrations/001_users.sql"
    path.write_text(path.read_text().replace("email text not null", "email text"))
    project.run_apart(*command).assert_outcomes(passed=NUMBER - 1, failed=1)


ADAPTER = """
import pytest

def of(node):
    return "::".join([str(node.path), *node.nodeid.split("::")[1:]])

def pytest_sessionfinish(session):
    for item in session.items:
        assert item.parent.path.is_relative_to(session.path)
        print("TREE", item.name, item.location[1] + 1, of(item), hasattr(item, "callspec"))

@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_protocol(item, nextitem):
    assert not [mark for mark in item.own_markers if mark.name in ("skip", "skipif")]
    print("BEGIN", of(item))
    yield

@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_report_teststatus(report, config):
    if report.when == "call":
        print("RESULT", report.nodeid, report.outcome, report.longreprtext)
    yield

def pytest_exception_interact(node, call, report):
    print("ERROR", call.excinfo.typename, of(node), report.longreprtext.splitlines()[0])
"""


def test_the_calls_of_the_adapter_of_visual_studio_code_are_answered(
    project: Project, filled: Dsn
) -> None:
    """They are those of `vscode_pytest`, which is a part of an extension and in no registry."""
    project.expect(WRONG)
    project.write("conftest.py", ADAPTER)
    result = project.run("-s", f"--schema-dsn={filled}")
    lines = result.outlines
    path = project.path / "expectations.yaml"
    assert f"TREE {FAILING} 6 {path}::{FAILING} False" in lines
    assert sum("BEGIN" in line for line in lines) == sum("TREE" in line for line in lines) == NUMBER
    assert any(f"RESULT expectations.yaml::{FAILING} failed" in line for line in lines)
    shown = f"{path}::{FAILING} expectations.yaml:6:7: {FAILING}"
    assert any(f"ERROR ExpectationFailed {shown}" in line for line in lines)
