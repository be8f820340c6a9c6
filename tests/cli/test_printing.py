"""Colours of the commands: where they are, and that they take nothing from the text."""

import os
import pty

import pytest

from pytest_schemaverify.cli.printing import show, show_failure
from tests.terminals import everything

FAILURE = """\
db/expectations.yaml:6:7: tables.users.columns.email::type
    expected    varchar(80)
    actual      text
    fix         alter table public.users alter column email type varchar(80);
    note        ✓ this is as it is written
    cannot tell permission denied
                for table users"""


def written(terminal: bool) -> str:
    """Return what is written for a checklist and a failure, on a terminal or into a file."""
    main, side = pty.openpty() if terminal else os.pipe()
    with os.fdopen(side, "w", encoding="utf-8") as file:
        show("✗ table structures      2 of 10 wrong   -", file)
        show("? access  ✓ tables    ☐ rest", file)
        show_failure(FAILURE, file)
    text = everything(main).replace("\r\n", "\n")
    os.close(main)
    return text


@pytest.mark.parametrize(
    ("terminal", "variables", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (True, {"PY_COLORS": "0"}, False),
        (False, {"PY_COLORS": "1", "NO_COLOR": "1"}, True),
    ],
    ids=str,
)
def test_colours_are_where_pytest_would_have_them(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, variables: dict[str, str], coloured: bool
) -> None:
    for name, value in ({"TERM": "xterm"} | variables).items():
        monkeypatch.setenv(name, value)
    text = written(terminal)
    assert ("\x1b" in text) == coloured
    if coloured:
        assert "\x1b[31m✗ table structures\x1b[0m      2 of 10" in text
        assert "\x1b[35m? access\x1b[0m  \x1b[32m✓\x1b[0m tables    ☐ rest" in text
        assert "\x1b[1mdb/expectations.yaml:6:7\x1b[0m: tables" in text
        assert "    \x1b[32mexpected\x1b[0m    varchar(80)\n" in text
        assert "    \x1b[31mactual\x1b[0m      text\n" in text
        assert "    note        ✓ this is as it is written\n" in text
        assert "    \x1b[35mcannot tell\x1b[0m permission denied\n" in text
