"""Which parts of a line of ours are coloured on a terminal that has colours, and how.

A colour only repeats what a mark or a word says: without colours nothing is lost.
"""

import re
from collections.abc import Iterator

_PLACE = r"(?<![\w/.])[\w./-]+\.(?:ya?ml|sql|py):\d+(?::\d+)?"
COLOURS = {
    r"✗ .+?(?=  |$)": "red",
    r"\? (?=\w).+?(?=  |$)": "purple",
    r"! .+?(?=  |$)": "yellow",
    r"✓": "green",
}
"""What is coloured in a line of the summary, by the names that pytest has for colours."""
LABELS = {
    "expected": "green", "actual": "red", "cannot tell": "purple", "fix": "cyan",
}  # fmt: skip
"""The labels in a failure, which stand four columns from the left."""

_SUMMARY = re.compile("|".join(f"({pattern})" for pattern in COLOURS))
_LABEL = re.compile(rf"^    ({'|'.join(LABELS)})(?=  )")
_AT = re.compile(rf"^{_PLACE}(?=: )")


def of_summary(line: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a line of the summary, each with its colour or ""."""
    at = 0
    for found in _SUMMARY.finditer(line):
        yield line[at : found.start()], ""
        yield found[0], [*COLOURS.values()][(found.lastindex or 1) - 1]
        at = found.end()
    yield line[at:], ""


def of_failure(line: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a line of a failure, each with its colour or ""."""
    if found := _LABEL.match(line):
        yield "    ", ""
        yield found[1], LABELS[found[1]]
        yield line[found.end() :], ""
    elif found := _AT.match(line):
        yield found[0], "bold"
        yield line[found.end() :], ""
    else:
        yield line, ""
