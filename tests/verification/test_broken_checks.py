"""What breaks in the plugin itself costs one expectation, says where, and is never passed over."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NoReturn

import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.kinds import registry
from pytest_schemaverify.migrations import static
from pytest_schemaverify.verification import blame, database, reading
from tests.projects import EXPECTATIONS, NUMBER, Project, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

BREAKS = """
from dataclasses import replace
from pytest_schemaverify.kinds import registry

found = registry._module

def broken(expected, *facts):
    if expected == "text":
        list(zip([1], [], strict=True))
    return ()

def module(family, own):
    check = found(family, own)
    return replace(check, run=broken) if check.name == "columns.type" else check

registry._module = module
"""
ITEM = "tables.users.columns.email::type"
OTHER_PLUGIN = """
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    return (yield)
"""
FOUND = EXPECTATIONS.replace("rows: 0", "rows: 7")


def raised(error: Exception) -> Callable[..., NoReturn]:
    def broken(*_: Any, **__: Any) -> NoReturn:
        raise error

    return broken


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Exception], None]]:
    """Breaks the check of one column."""
    whole = registry._module

    def breaks(error: Exception) -> None:
        def run(expected: object, *_: Any) -> tuple[()]:
            if expected == "text":
                raise error
            return ()

        def module(family: str, own: str) -> registry.Check:
            check = whole(family, own)
            return replace(check, run=run) if check.name == "columns.type" else check

        monkeypatch.setattr(registry, "_module", module)
        registry.find.cache_clear()

    yield breaks
    monkeypatch.undo()
    registry.find.cache_clear()


def without_traceback(result: pytest.RunResult) -> str:
    text = text_of(result)
    assert "INTERNALERROR" not in text
    assert "Traceback" not in text
    assert "site-packages" not in text
    return text


def costs_one(result: pytest.RunResult, said: str) -> str:
    """Expect that one item says what broke and where, and that all others are as they were."""
    text = without_traceback(result)
    result.assert_outcomes(passed=NUMBER - 2, skipped=1, failed=1)
    assert result.ret == 6
    assert f"expectations.yaml:6:7: {ITEM}" in text
    assert "cannot tell internal error in the check columns.type" in text
    assert f"because {said} at pytest_schemaverify/verification/judging.py:" in text
    assert "please report it" in text
    return text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("zip() argument 3 is longer"), "ValueError: zip() argument 3 is longer"),
        (AttributeError("no attribute"), "AttributeError: no attribute"),
        (KeyError("relation"), "KeyError: 'relation'"),
        (RecursionError("too deep"), "RecursionError: too deep"),
        (MemoryError(), "MemoryError"),
        (AssertionError(), "AssertionError"),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (RuntimeError("password=hush"), "RuntimeError: password=****"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_check_that_breaks_is_one_error(
    project: Project,
    filled: Dsn,
    broken: Callable[[Exception], None],
    error: Exception,
    said: str,
) -> None:
    broken(error)
    costs_one(project.run(f"--schema-dsn={filled}"), said)


def test_a_check_that_breaks_beside_a_plugin_that_watches_items(
    project: Project, filled: Dsn, broken: Callable[[Exception], None]
) -> None:
    broken(KeyError("relation"))
    project.write("conftest.py", OTHER_PLUGIN)
    costs_one(project.run(f"--schema-dsn={filled}"), "KeyError: 'relation'")


def test_a_check_that_breaks_in_a_worker(project: Project, filled: Dsn) -> None:
    project.write("conftest.py", BREAKS)
    result = project.run_apart("-n2", f"--schema-dsn={filled}")
    costs_one(result, "ValueError: zip() argument 2 is shorter than argument 1")


def test_a_check_that_breaks_is_no_known_finding(
    project: Project, filled: Dsn, broken: Callable[[Exception], None]
) -> None:
    broken(KeyError("relation"))
    project.expect(FOUND)
    arguments = (f"--schema-dsn={filled}", "--schema-baseline=known.json")
    for _ in ("recorded", "known"):
        result = project.run(*arguments)
        without_traceback(result)
        result.assert_outcomes(passed=NUMBER - 3, skipped=1, xfailed=1, failed=1)
        assert result.ret == 6
    findings = json.loads((project.path / "known.json").read_text())["findings"]
    assert [one["item"] for one in findings] == ["expectations.yaml::data.users::rows"]


def test_a_check_that_breaks_in_the_command(
    project: Project,
    filled: Dsn,
    broken: Callable[[Exception], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken(KeyError("relation"))
    project.expect(EXPECTATIONS.replace("migrations: {directory: migrations}\n", ""))
    assert main(["checklist", f"--dsn={filled}"]) == 6
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert out.count("internal error in the check columns.type") == 1
    assert "✓ required tables" in out


def test_a_check_that_breaks_under_what_is_expected_to_fail_is_no_surprise(
    project: Project, filled: Dsn, broken: Callable[[Exception], None]
) -> None:
    broken(KeyError("relation"))
    project.expect(
        EXPECTATIONS.replace("  users:\n    columns", "  users:\n    xfail: soon\n    columns")
    )
    result = project.run(f"--schema-dsn={filled}")
    assert "internal error in the check columns.type" in without_traceback(result)
    assert result.ret == 6


def test_what_many_share_breaks_once_and_is_told_by_each(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.expect(
        EXPECTATIONS + "rules: {no_destructive_statements: true, no_blocking_statements: true}\n"
    )
    calls = []

    def analysed(*_: object) -> NoReturn:
        calls.append(1)
        raise IndexError("list index out of range")

    monkeypatch.setattr(static, "analysed", analysed)
    result = project.run("-m", "static")
    text = without_traceback(result)
    assert "internal error in reading what the migration files say" in text
    assert text.count("FAILED expectations.yaml::rules::") == 2
    assert len(calls) == 1
    assert result.ret == 6
    result.assert_outcomes(passed=1, failed=2, deselected=11)


def test_help_that_breaks_replaces_no_finding(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.expect(FOUND)
    monkeypatch.setattr(blame, "blamed", raised(KeyError("relation")))
    result = project.run(f"--schema-dsn={filled}")
    text = without_traceback(result)
    assert result.ret == 1
    assert "    expected    0" not in text
    assert "    expected    7" in text
    assert "note        internal error in looking for what last changed it" in text


def test_a_catalog_that_cannot_be_read_is_told_once(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "live", raised(TypeError("expected string")))
    result = project.run(f"--schema-dsn={filled}")
    text = without_traceback(result)
    assert result.ret == 6
    place = "pytest_schemaverify/verification/database.py:"
    assert text.count(f"TypeError: expected string at {place}") == 1
    assert "there is no database, see the first such item" in text


def test_a_file_that_cannot_be_planned_is_an_error_of_collecting(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.expect(f"{EXPECTATIONS}# nobody has planned this before\n")
    monkeypatch.setattr(reading, "plan", raised(TypeError("unhashable")))
    result = project.run()
    assert "internal error in reading expectations.yaml" in without_traceback(result)
    assert result.ret == 6


def test_a_header_that_breaks_changes_no_result(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_schemaverify.reports.header.unproved", raised(KeyError("relation")))
    result = project.run(f"--schema-dsn={filled}")
    assert "internal error in saying what expectations.yaml was" in without_traceback(result)
    result.assert_outcomes(passed=NUMBER - 1, skipped=1)


def test_a_text_that_is_no_name_is_the_files_mistake(project: Project, filled: Dsn) -> None:
    project.expect("data: {users: {references: {id: nowhere}}}")
    result = project.run(f"--schema-dsn={filled}")
    text = without_traceback(result)
    assert "because 'nowhere' is not `table.column` or `table(column)`" in text
    assert "internal error" not in text
    assert result.ret == 2


HOOK = """
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.user_properties.append(("page", "page" in item.fixturenames or "page" in item.funcargs))
    return report

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report):
    if report.when == "teardown":
        report.outcome = "rerun"
"""


def test_hooks_for_functions_and_outcomes_of_others_break_nothing(
    project: Project, filled: Dsn
) -> None:
    project.write("conftest.py", HOOK)
    result = project.run(f"--schema-dsn={filled}")
    assert "✓ table structures  7 " in without_traceback(result)
    assert result.ret == 0


def test_the_terminal_can_be_switched_off(project: Project, filled: Dsn) -> None:
    for option in ("no:terminal", "no:skipping"):
        result = project.run("-p", option, f"--schema-dsn={filled}")
        without_traceback(result)
        assert result.ret == 0
