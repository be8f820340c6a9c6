"""A suite with expectations in it does what it does without them."""

import gc

import pytest

from pytest_schemaverify.databases import Dsn
from tests.projects import NUMBER, WRONG, Project, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

HOOKS = """
import pytest

def pytest_collection_modifyitems(items):
    first, second, *_ = [item for item in items if "columns" in item.keywords]
    assert first.keywords["columns"].name == "columns"
    first.add_marker(pytest.mark.skip(reason="by its keyword"))
    second.own_markers.append(pytest.mark.skip(reason="by its list").mark)
    for item in items:
        item.user_properties.append(("owner", item.name))

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    if HERE:
        assert "page" not in item.fixturenames
        item.fixturenames.append("page")
        item.funcargs["page"] = item.name
    return (yield)

def pytest_runtest_logreport(report):
    if report.when == "call":
        print("keywords", report.nodeid, *sorted(report.keywords), report.user_properties)
"""


@pytest.mark.parametrize("lean", [True, False], ids=["lean", "as pytest does it"])
def test_hooks_that_are_written_for_functions_find_what_they_look_for(
    project: Project, filled: Dsn, lean: bool
) -> None:
    hooks = HOOKS.replace("    if HERE:\n", "    if call.when == 'setup':\n")
    if lean:  # that hook keeps expectations from the fast path
        hooks = (
            hooks[: hooks.index("@pytest")] + hooks[hooks.index("def pytest_runtest_logreport") :]
        )
    project.write("conftest.py", hooks)
    result = project.run("-s", "-rs", f"--schema-dsn={filled}")
    result.assert_outcomes(passed=NUMBER - 3, skipped=3)
    text = text_of(result)
    assert "by its keyword" in text
    assert "by its list" in text
    [shown] = [line for line in result.outlines if "tables.users.rls::enabled" in line]
    keywords = "expectations.yaml rls tables.users.rls::enabled"
    assert keywords in shown
    assert shown.endswith("[('owner', 'tables.users.rls::enabled')]")


CYCLE = """
import gc, weakref

class Cache: pass

cache = Cache()
cache.me = cache
reference = weakref.ref(cache)

def test_the_cycle_is_collected():
    global cache
    del cache
    gc.collect()
    assert reference() is None
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
"""


def test_the_garbage_of_other_tests_is_collected(project: Project, filled: Dsn) -> None:
    project.write("test_cycle.py", CYCLE)
    # In a process of its own, because pytester keeps all that it sees of a run in its own.
    result = project.run_apart(".", "test_cycle.py", f"--schema-dsn={filled}")
    result.assert_outcomes(passed=NUMBER, skipped=1)


def test_a_run_of_expectations_alone_leaves_the_garbage_collector_as_it_was(
    project: Project, filled: Dsn
) -> None:
    seen = []

    class Watch:
        def pytest_runtest_logreport(self) -> None:
            seen.append(gc.get_freeze_count())

    before = gc.get_freeze_count()
    project.pytester.runpytest_inprocess(f"--schema-dsn={filled}", plugins=[Watch()])
    assert min(seen) > before == gc.get_freeze_count() == 0


def test_one_line_for_each_failure_is_one_line(project: Project, filled: Dsn) -> None:
    project.expect(WRONG)
    result = project.run("--tb=line", f"--schema-dsn={filled}")
    shown = [line for line in result.outlines if "expected varchar(80), actual text" in line]
    assert shown[0] == "expectations.yaml:6: expected varchar(80), actual text"
    assert "alter table" not in text_of(result)


def test_plugins_that_are_named_one_by_one_share_one_server(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    result = project.run_apart("-p", "schemaverify", "-p", "xdist.plugin", "-n2")
    result.assert_outcomes(passed=NUMBER)
    assert text_of(result).count("disposable PostgreSQL") == 1


def test_a_run_without_the_terminal_ends_as_it_should(project: Project, filled: Dsn) -> None:
    project.expect(WRONG)
    # The cache of failures needs the terminal, too.
    without = ("-p", "no:terminal", "-p", "no:cacheprovider", "--junitxml=all.xml")
    result = project.run(*without, f"--schema-dsn={filled}")
    assert result.ret == 1
    assert text_of(result).strip() == ""
    assert 'failures="1"' in (project.path / "all.xml").read_text()


def test_a_file_of_another_tool_is_left_alone_with_one_line(project: Project) -> None:
    project.expect("suite_name: orders\nmeta: {great: true}\nvalidators: []\n")
    project.write("test_unit.py", "def test_unit(): pass")
    result = project.run()
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    assert [line for line in result.outlines if "expectations" in line] == [
        "expectations.yaml is left alone, because none of its keys is one of a file of "
        "expectations; if it is one, name it: --schema-spec=expectations.yaml"
    ]
    for named in ("expectations.yaml", "--schema-spec=expectations.yaml"):
        assert "suite_name: unknown key" in text_of(project.run(named))
    project.expect("tabels: {users: {}}\n")  # meant for us, and misspelt
    assert project.run().ret == 2
