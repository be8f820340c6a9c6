"""Lines on a terminal that has colours, and the same lines without them elsewhere."""

import os
import sys
from typing import TextIO

from pytest_schemaverify.reports.colours import Parts, of_failure, of_line

_CODES = {"bold": 1, "red": 31, "green": 32, "yellow": 33, "purple": 35, "cyan": 36}


def show(line: str, file: TextIO | None = None) -> None:
    """Print a line of a list or a summary, by default as a result of the command."""
    _print(line, of_line(line), file or sys.stdout)


def show_failure(text: str, file: TextIO | None = None) -> None:
    """Print the lines of a failure."""
    for line in text.splitlines():
        _print(line, of_failure(line), file or sys.stdout)


def _print(line: str, parts: Parts, file: TextIO) -> None:
    print("".join(map(_painted, *zip(*parts, strict=True))) if _coloured(file) else line, file=file)


def _painted(text: str, colour: str) -> str:
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if colour and text else text


def _coloured(file: TextIO) -> bool:
    """Return whether there are colours, as pytest decides it."""
    given = os.environ.get
    if given("PY_COLORS") in ("0", "1"):
        return given("PY_COLORS") == "1"
    if given("NO_COLOR") or given("FORCE_COLOR"):
        return not given("NO_COLOR")
    return file.isatty() and given("TERM") != "dumb" and sys.platform != "win32"
