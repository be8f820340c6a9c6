"""All that is used of pytest beyond what it documents; no other module uses any of it.

Each of these was read in the sources of pytest 8.2, 8.4, 9.0, 9.1 and 9.2, and is the same in all
of them unless its text says otherwise. tests/plugin/test_internals.py has a test for each name,
which fails with a sentence that says what pytest has changed and which code here to look at.
"""

import os
import sys
from collections.abc import Callable, Iterable
from shutil import get_terminal_size
from typing import Any

import pytest

BUILTIN = "_pytest."
"""What the names of modules with pytest's own plugins begin with.

An expectation takes the fast path only if no other plugin wants to see it being run. The module of
a hook's function shows which plugin has it, because pytest has no list of its own plugins.
"""

READ_CALLS = (
    "_pytest.cacheprovider", "_pytest.logging", "_pytest.main", "_pytest.stepwise",
    "_pytest.terminal",
)  # fmt: skip
"""Modules that look only at the report of the call, where a test passes.

`_pytest.junitxml` is left out on purpose: it writes an element at the report of the teardown.
"""

LOGGING = "_pytest.logging"
"""The module that shows log records while tests run, where that is asked for."""

SKIPPED = "Skipped: "
"""What pytest puts before a reason in the report of a test that is skipped, and takes off again."""


XDIST = ("xdist.", "__channelexec__")
"""The same of pytest-xdist; the second is its module of a worker, which execnet runs as a text."""


def only(config: pytest.Config, modules: tuple[str, ...], hooks: Iterable[str]) -> bool:
    """Return whether only modules whose names begin so implement the hooks."""
    return all(
        getattr(implementation.function, "__module__", "").startswith(modules)
        for hook in hooks
        for implementation in getattr(config.hook, hook).get_hookimpls()
    )


def send_tests(load: Any, scheduler: Any, node: Any, number: int) -> None:
    """Send a worker of pytest-xdist so many of the items that wait, as the class `load` does it.

    Its versions 3.6 to 3.8 send through this method of LoadScheduling alone, and have no other
    place at which the order could be chosen while a run goes on.
    """
    load._send_tests(scheduler, node, number)


def identity(item: pytest.Item) -> Any:
    """Return what a report takes for the id of an item at the least cost.

    From 9.2 on items have `id`, the parsed form of `nodeid`, which pytest keeps to itself (`:meta
    private:`). A report takes both; it parses a text, which costs more than the rest of the report.
    """
    parsed = getattr(item, "id", None)
    return item.nodeid if parsed is None else parsed


def ids_in(parent: pytest.Collector) -> Callable[[str], Any]:
    """Return what makes the id of an item from its name, `tables.users::exists`.

    It means what the text means: in which shape an item is collected makes no difference, nor does
    reading the id back for --last-failed. Where pytest has parsed ids, the items of one object
    share what stands before their own names, which takes a quarter of the memory.
    """
    around = getattr(parent, "id", None)
    objects: dict[str, Any] = {}

    def id_of(name: str) -> Any:
        entry, _, own = name.partition("::")
        # pytest takes what is in brackets for parameters, and each `::` for a level.
        if around is None or "[" in name or not own or "::" in own:
            return f"{parent.nodeid}::{name}"
        if entry not in objects:
            objects.clear()  # one after the other is made
            objects[entry] = around.child(entry)
        return objects[entry].child(sys.intern(own))

    return id_of


def live_log(config: pytest.Config) -> bool:
    """Return whether log records are shown while tests run."""
    return config.getoption("--log-cli-level") is not None or bool(config.getini("log_cli"))


def width(config: pytest.Config) -> int:
    """Return how many columns the terminal has. There has to be a plugin `terminalreporter`.

    `get_terminal_writer` is not in pytest's reference, nor is the class of what it returns. It says
    80 for a terminal of less than 40 columns.
    """
    there: int = config.get_terminal_writer().fullwidth
    return min(there, get_terminal_size((there, 24)).columns)


def hold_terminal(config: pytest.Config) -> None:
    """Keep a way to the terminal, if there is one, for the times at which pytest captures output.

    While an item runs, pytest has another file in the place of the standard output. That is not so
    while pytest is configured.
    """
    try:
        if sys.stdout.isatty():
            config.stash[_TERMINAL] = os.dup(sys.stdout.fileno())
            config.add_cleanup(lambda: os.close(config.stash[_TERMINAL]))
    except (AttributeError, OSError, ValueError):  # what is there is no file
        return


_TERMINAL = pytest.StashKey[int]()


def raw(config: pytest.Config) -> Callable[[str], None] | None:
    """Return what writes on the terminal past pytest; None where there is none, or a simple one."""
    held = config.stash.get(_TERMINAL, None)
    if held is None or os.environ.get("TERM") == "dumb":
        return None

    def write(text: str) -> None:
        os.write(held, text.encode(errors="replace"))

    return write


def column(config: pytest.Config) -> Callable[[], int]:
    """Return what tells how many columns of its last line the terminal's writer has written."""
    writer = config.get_terminal_writer()
    return lambda: writer.width_of_current_line


def line(config: pytest.Config, parts: Iterable[tuple[str, str]]) -> None:
    """Write a line on the terminal from texts with the names of their colours, or "" for none."""
    writer = config.get_terminal_writer()
    for text, colour in parts:
        writer.write(text, **({colour: True} if colour else {}))
    writer.line()


def paint(
    report: pytest.TestReport, config: pytest.Config,
    parts: Callable[[str], Iterable[tuple[str, str]]],
) -> None:  # fmt: skip
    """Have the text of a failure coloured on the terminal, line by line, and nowhere else.

    A failure is written by its `toterminal`, which a report file calls with a writer of its own.
    Where FORCE_COLOR is set, that has colours, too, and JUnit would have escape codes.
    """
    shown: Any = report.longrepr
    # There is none with `-p no:terminal`, and with pytest-rich, which writes by itself.
    writer = getattr(config.pluginmanager.get_plugin("terminalreporter"), "_tw", None)
    # Anything else than the text of an exception has a traceback, which pytest colours.
    style = getattr(getattr(shown, "reprtraceback", None), "style", "")
    if writer is None or not writer.hasmarkup or style != "value":
        return
    plain = shown.toterminal

    def toterminal(tw: Any) -> None:
        if tw is not writer:
            plain(tw)
            return
        for text in str(shown).splitlines():
            line(config, parts(text))

    shown.toterminal = toterminal


def shown(excinfo: pytest.ExceptionInfo[BaseException], path: str, line: int, message: str) -> Any:
    """Return what shows the text of an exception alone, and names this place and message.

    `reprcrash` is what the short summary, --tb=line and JUnit show. The reference has
    `ExceptionInfo.getrepr`, but not the classes of what it returns. In the style `native` it is no
    chain of exceptions, of which pytest-rich prints the lines of code: here are none.
    """
    shown: Any = excinfo.getrepr(style="native")
    text: Any = excinfo.getrepr(style="value", tbfilter=False, chain=False)
    shown.reprtraceback = text.reprtraceback
    if shown.reprcrash is not None:
        shown.reprcrash.path = path
        shown.reprcrash.lineno = line
        shown.reprcrash.message = message
    return shown


def empty(shown: Any) -> None:
    """Have a failure print nothing; its place and message stay."""
    shown.reprtraceback.reprentries = []
