"""Canaries: what plugin/internals.py, and the fast path, take for granted of pytest.

A failure here means that this pytest differs from those that the plugin was written for. The
sentence of the failure says what has changed and which code of ours to look at.
"""

import ast
import importlib
import inspect
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import pytest_schemaverify.plugin
from pytest_schemaverify.plugin import internals

FOLDER = Path(pytest_schemaverify.plugin.__file__).parent
PYTEST = f"pytest {pytest.__version__}"
KNOWN = {
    "pytest_runtestloop": "logging main terminal",
    "pytest_runtest_protocol": "assertion faulthandler pytester runner unittest warnings",
    "pytest_runtest_setup": "capture logging runner skipping threadexception unraisableexception",
    "pytest_runtest_call": "capture logging runner skipping threadexception unraisableexception",
    "pytest_runtest_teardown": "capture logging runner threadexception unraisableexception",
    "pytest_runtest_makereport": "runner skipping tmpdir unittest",
    "pytest_report_teststatus": "runner skipping subtests terminal",
}
"""Who in pytest takes part in running an item: the fast path does without each of them.

They capture what a test prints, logs, leaves in threads and warns of, skip what is marked, and
rewrite assertions; an expectation that holds does nothing of that. `subtests` is there from 9.0 on.
"""


def test_the_modules_of_pytests_plugins(pytestconfig: pytest.Config) -> None:
    runner = pytestconfig.pluginmanager.get_plugin("runner")
    assert getattr(runner, "__name__", "").startswith(internals.BUILTIN), (
        f"{PYTEST} keeps its own plugins elsewhere, {runner!r}: no expectation takes the fast path "
        "any more. Look at internals.BUILTIN and at FastPath._only, which compares with it."
    )


@pytest.mark.parametrize("name", internals.READ_CALLS)
def test_who_reads_reports(name: str) -> None:
    module = importlib.import_module(name)
    assert "def pytest_runtest_logreport" in inspect.getsource(module), (
        f"{PYTEST} does not read reports in {name}: find who does it now, see that the report of "
        "the call is enough for them, and put them into internals.READ_CALLS."
    )


def test_nobody_new_reads_reports(pytestconfig: pytest.Config) -> None:
    readers = _builtin(pytestconfig, "pytest_runtest_logreport")
    new = readers - {*internals.READ_CALLS} - {"_pytest.junitxml"}
    assert not new, (
        f"{PYTEST} has new readers of reports, {sorted(new)}: expectations that hold report three "
        "phases instead of one. See what they read, and put them into internals.READ_CALLS if the "
        "report of the call is enough."
    )


@pytest.mark.parametrize("hook", KNOWN)
def test_nobody_new_takes_part_in_running_an_item(pytestconfig: pytest.Config, hook: str) -> None:
    known = {f"{internals.BUILTIN}{name}" for name in KNOWN[hook].split()}
    new = _builtin(pytestconfig, hook) - known
    assert not new, (
        f"{PYTEST} has something new in {hook}, {sorted(new)}: the fast path leaves it out. See "
        "whether an expectation that holds can do without it (plugin/fast_path.py, "
        "FastPath.may_be_lean and FastPath.pytest_runtestloop), and name it here."
    )


def test_the_reason_of_a_skipped_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\ndef test_it(): pytest.skip('why')")
    [report] = pytester.inline_run("-p", "no:cacheprovider").listoutcomes()[1]
    longrepr = report.longrepr if isinstance(report.longrepr, tuple) else (report.longrepr,)
    assert longrepr[2:] == (f"{internals.SKIPPED}why",), (
        f"{PYTEST} reports a skipped test otherwise, {longrepr}: look at internals.SKIPPED and"
        " Terminal.pytest_runtest_logreport, which count reasons, and at "
        "hooks.pytest_runtest_makereport, which replaces the place."
    )


def test_the_id_of_an_item(request: pytest.FixtureRequest) -> None:
    assert hasattr(request.node, "id") == (pytest.version_tuple >= (9, 2)), (
        f"{PYTEST} has no parsed id of an item as `id`: every report of an expectation parses the "
        "text again. Look at internals.identity, which takes it from 9.2 on."
    )
    report = _report(internals.identity(request.node))
    assert report.nodeid == request.node.nodeid, (
        f"{PYTEST} makes another id, {report.nodeid}, of what internals.identity returns: the "
        "reports of the fast path name no item. Look there and at FastPath._tell."
    )


def test_the_width_of_the_terminal(pytester: pytest.Pytester) -> None:
    config = pytester.parseconfigure()
    assert config.pluginmanager.hasplugin("terminalreporter"), (
        f"{PYTEST} has no plugin `terminalreporter`: no progress is shown and nothing is left out "
        "of reports. Look at terminal.line and FastPath.phases."
    )
    writer: Any = getattr(config, "get_terminal_writer", object)()
    assert isinstance(getattr(writer, "fullwidth", None), int), (
        f"{PYTEST} does not tell the terminal's width as `get_terminal_writer().fullwidth`: look "
        "at internals.width."
    )
    assert internals.width(config) == writer.fullwidth


def test_the_colours_of_a_failure(pytester: pytest.Pytester) -> None:
    config = pytester.parseconfigure("--color=yes")
    with pytest.raises(ValueError, match="why") as caught:
        raise ValueError("why")
    shown = caught.getrepr(style="value", tbfilter=False, chain=False)
    report: Any = _report("id")
    report.longrepr = shown
    internals.paint(report, config, lambda line: [(line, "red")])
    writer: Any = config.get_terminal_writer()
    writer._file = StringIO()
    report.toterminal(writer)
    assert writer._file.getvalue() == "\x1b[31mwhy\x1b[0m\n", (
        f"{PYTEST} shows a failure otherwise than by its `toterminal`, or has none of the style "
        "`value`: failures have no colours. Look at internals.paint."
    )
    assert str(report.longrepr) == "why", (
        f"{PYTEST} writes a failure into files with the writer of the terminal: JUnit has escape "
        "codes. Look at internals.paint."
    )


def test_the_place_of_a_failure() -> None:
    with pytest.raises(ValueError, match="why") as caught:
        raise ValueError("why")
    shown = internals.shown(caught, "some.yaml", 7, "in short")
    assert (str(shown), str(shown.reprcrash)) == ("why", "some.yaml:7: in short"), (
        f"{PYTEST} shows a failure otherwise, {shown!s}: failures have another text, or name a "
        "line of ours and not one of the file. Look at internals.shown."
    )
    internals.empty(shown)
    assert (str(shown), str(shown.reprcrash)) == ("", "some.yaml:7: in short"), (
        f"{PYTEST} keeps the text of a failure elsewhere: with --tb=line it is shown beside the "
        "line. Look at internals.empty."
    )


def test_the_parameters_of_a_report() -> None:
    expected = "nodeid location keywords outcome longrepr when sections duration start stop "
    expected += "user_properties"
    names = list(inspect.signature(pytest.TestReport).parameters)[:11]
    assert names == expected.split(), (
        f"{PYTEST} takes other parameters for a report, {names}: look at FastPath._tell, which "
        "passes them by position, because names cost time."
    )


def test_the_location_of_an_item() -> None:
    location = inspect.getattr_static(pytest.Item, "location")
    assert isinstance(location, cached_property), (
        f"{PYTEST} has {location!r} as Item.location: it may not be assigned any more. Look at "
        "Expectation.__init__, which does it, because finding it out costs more than the check."
    )


@pytest.mark.parametrize("name", ["args", "args_source"])
def test_the_arguments_of_a_run(pytestconfig: pytest.Config, name: str) -> None:
    assert hasattr(pytestconfig, name), (
        f"{PYTEST} has no Config.{name}: look at hooks.pytest_configure, which adds files of "
        "expectations to the arguments, and at options.may_be_for_others."
    )


@pytest.mark.parametrize(
    "option",
    ["--pdb", "--trace", "--setup-show", "--setup-only", "--setup-plan", "--durations",
     "--collect-only", "--runxfail", "--lf", "--ignore", "--ignore-glob"],
)  # fmt: skip
def test_the_options_that_are_looked_at(pytester: pytest.Pytester, option: str) -> None:
    try:
        pytester.parseconfig().getoption(option)
    except ValueError as error:
        pytest.fail(
            f"{PYTEST} has no option {option} ({error}): what the plugin does where it is given is "
            "not done. Look for it in plugin/fast_path.py, options.py, hooks.py and items.py."
        )


def test_the_order_in_which_workers_get_items() -> None:
    scheduler = pytest.importorskip("xdist.scheduler").LoadScheduling
    given = inspect.getsource(scheduler.schedule) + inspect.getsource(scheduler.check_schedule)
    handed = inspect.getsource(scheduler._send_tests)
    said = "pytest-xdist hands items out in another way: see plugin/longest_first.py"
    assert "self._send_tests(" in given, said
    assert "self.pending" in handed, said
    assert "self.node2pending[node]" in handed, said
    assert [*inspect.signature(scheduler._send_tests).parameters] == ["self", "node", "num"], said


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_only_one_module_has_private_names(path: Path) -> None:
    if path.stem == "internals":
        return
    private = [
        f"{path.name}:{getattr(node, 'lineno', 0)}: {name}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _names(node)
    ]
    assert not private, f"these names of pytest belong into plugin/internals.py: {private}"


def _names(node: ast.AST) -> list[str]:
    """Return names in this node of the syntax tree that are private, and not its object's own."""
    if isinstance(node, ast.Constant) and str(node.value).startswith(internals.BUILTIN):
        return [str(node.value)]
    if isinstance(node, ast.keyword) and (node.arg or "").startswith("_"):
        return [str(node.arg)]
    own = isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("self", "cls")
    if isinstance(node, ast.Attribute) and not own and node.attr.strip("_") == node.attr[1:]:
        return [node.attr]
    return []


def _builtin(config: pytest.Config, hook: str) -> set[str]:
    """Return the modules of pytest itself that take part in a hook of this run."""
    modules = {impl.function.__module__ for impl in getattr(config.hook, hook).get_hookimpls()}
    return {name for name in modules if name.startswith(internals.BUILTIN)}


def _report(identity: object) -> pytest.TestReport:
    """Return a report of a test that passed."""
    return pytest.TestReport(
        identity,  # type: ignore[arg-type]
        ("test.py", 0, "test"), {}, "passed", None, "call",
    )  # fmt: skip
