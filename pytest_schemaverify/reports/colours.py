"""Which parts of a line of ours are coloured on a terminal that has colours, and how.

A colour only repeats what a mark or a word says: without colours nothing is lost. The names are
those that pytest has for colours.
"""

import re
from collections.abc import Iterator

Parts = Iterator[tuple[str, str]]
"""Parts of a line, each with its colour or ""."""

_LINES = {
    r"^ *✗ .+?(?=  |$)|^- .*": "red",
    r"^ *\? (?=\w).+?(?=  |$)": "purple",
    r"^ *! .+?(?=  |$)|^~ .*": "yellow",
    r"✓|^\+ .*": "green",
}
"""What is coloured in the summary of a run, in a checklist and in a list of differences."""
_LABELS = {"expected": "green", "actual": "red", "cannot tell": "purple", "fix": "cyan"}
"""The labels in a failure, which stand four columns from the left."""

_IN_LINE = re.compile("|".join(f"({pattern})" for pattern in _LINES))
_LABEL = re.compile(rf"^    ({'|'.join(_LABELS)})(?= )")
_PLACE = re.compile(r"^[^\s:]+:\d+(?::\d+)?(?=: )")


def of_line(line: str) -> Parts:
    """Yield the parts of a line that is no part of a failure."""
    at = 0
    for found in _IN_LINE.finditer(line):
        yield line[at : found.start()], ""
        yield found[0], [*_LINES.values()][(found.lastindex or 1) - 1]
        at = found.end()
    yield line[at:], ""


def of_failure(line: str) -> Parts:
    """Yield the parts of a line of a failure."""
    if found := _LABEL.match(line):
        yield "    ", ""
        yield found[1], _LABELS[found[1]]
        yield line[found.end() :], ""
    elif found := _PLACE.match(line):
        yield found[0], "bold"
        yield line[found.end() :], ""
    else:
        yield line, ""
