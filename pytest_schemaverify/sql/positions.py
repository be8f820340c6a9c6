"""Where something is in a file, for people: lines and columns counted from 1."""

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple
from unicodedata import combining, east_asian_width

from pytest_schemaverify.sql.secrets import masked_from

# Not str.splitlines(), which also ends lines at form feeds and separators of Unicode.
_NEWLINE = re.compile(r"\n")
_AROUND = 10_000
"""Characters before and after a place that are looked at for showing it."""


class Position(NamedTuple):
    """A line and a column, both counted from 1; a tab is one column."""

    line: int
    column: int


class Lines:
    """The lines of a text, for turning character offsets into positions quickly.

    Offsets count characters of the text as read: the BOM gone, carriage returns kept. A carriage
    return is the last column of its line, so CRLF files give the positions that editors show.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]

    def at(self, offset: int) -> Position:
        """Return the position of the character at `offset`."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def offset(self, line: int) -> int:
        """Return the offset of the first character of `line`, of the last one for any beyond."""
        return self._starts[min(max(line, 1), len(self._starts)) - 1]

    def line(self, number: int) -> str:
        """Return one line without its line end."""
        end = self._starts[number] if number < len(self._starts) else len(self._text)
        return self._text[self._starts[number - 1] : end].rstrip("\r\n")

    def __len__(self) -> int:
        return len(self._starts)


def around(text: str, offset: int) -> tuple[int, int]:
    """Return the part of a text to look at around a place, from the beginning of a line on."""
    return text.rfind("\n", 0, max(0, offset - _AROUND)) + 1, offset + _AROUND


@lru_cache(maxsize=2)
def lines(text: str) -> Lines:
    """Return the lines of a text; those of the last two are kept, for the next place in it."""
    return Lines(text)


def frame(text: str, offset: int) -> tuple[Position, str]:
    """Return a position, and the lines around it, numbered, with a caret; secrets are masked."""
    start, end = around(text, offset)
    # Masked before it is cut into lines: a secret is known by what is around it.
    lines = Lines(masked_from(text, start, end))
    above = text.count("\n", 0, start)
    here = lines.at(offset - start)
    last = min(len(lines), here.line + 1)
    while last > here.line and not lines.line(last).strip():
        last -= 1
    width = len(str(above + last))
    shown: list[str] = []
    for number in range(max(1, here.line - 2), last + 1):
        cut = _clipped(here.column) if number == here.line else 0
        mark = ">" if number == here.line else " "
        line = lines.line(number)[cut : cut + 160]
        shown.append(f"{mark} {above + number:>{width}} | {line}".rstrip())
        if number == here.line:
            shown.append(f"  {'':>{width}} | {_blank(line[: here.column - 1 - cut])}^")
    return Position(above + here.line, here.column), "\n".join(shown)


def _clipped(column: int) -> int:
    """Return how much of the front of a very long line is left out so that the column shows."""
    return max(0, column - 120) if column > 150 else 0


def _blank(text: str) -> str:
    """Return spaces as wide as the text is in a terminal; tabs stay tabs."""
    return "".join(
        # The caret has to stand below its character, and some take no column or two of them.
        "\t" if c == "\t" else "" if combining(c) else "  " if east_asian_width(c) in "WF" else " "
        for c in text
    )
