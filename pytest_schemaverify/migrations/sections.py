"""Files with an up and a down section, which comments of the migration tool separate."""

import re
from typing import Literal, NamedTuple

from pytest_schemaverify.sql.lexical import skip_blank

Part = Literal["up", "down", "whole"]

_HEAD = 100_000
"""Characters of a file in which its marks are looked for: not all of a large backup."""


class Marks(NamedTuple):
    """The comment lines with which one tool marks its up and down sections.

    They are looked for line by line, as the tools do: none of them reads SQL, so a mark counts
    inside of a text, too.
    """

    layout: str
    up: re.Pattern[str] | None
    down: re.Pattern[str]
    distinctive: bool = True
    """Whether one mark is enough to know the tool; otherwise both must be there."""

    def found_in(self, text: str) -> bool:
        """Return whether the file is one of this tool's."""
        found = [mark.search(text, 0, _HEAD) for mark in (self.up, self.down) if mark]
        return any(found) if self.distinctive else all(found)


def _line(expression: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*{expression}", re.MULTILINE | re.IGNORECASE)


MARKS = (
    Marks("dbmate", _line(r"--\s*migrate:up\b"), _line(r"--\s*migrate:down\b")),
    Marks("goose", _line(r"--\s*\+goose\s+up\b"), _line(r"--\s*\+goose\s+down\b")),
    Marks("sql-migrate", _line(r"--\s*\+migrate\s+up\b"), _line(r"--\s*\+migrate\s+down\b")),
    # Its marks are plain English: a comment about a down migration is no section.
    Marks(
        "node-pg-migrate",
        _line(r"--[\s-]*up\s+migration\b"),
        _line(r"--[\s-]*down\s+migration\b"),
        distinctive=False,
    ),
    Marks("tern", None, _line(r"---- create above / drop below ----")),
)


def marks(text: str) -> Marks | None:
    """Return the marks that the file has, or None for a file that goes one way."""
    return next((mark for mark in MARKS if mark.found_in(text)), None)


def holds_sql(text: str) -> bool:
    """Return whether a text has anything but comments."""
    return skip_blank(text, 0) < len(text)


def each(layout: str, part: Part, text: str) -> list[str]:
    """Return the sections of one way that a tool runs one after the other; positions stay valid.

    dbmate takes several `-- migrate:up` in a file and runs each by
    itself, in a transaction or not, as its own line says.
    """
    (mark,) = (one for one in MARKS if one.layout == "dbmate")
    pattern = mark.down if part == "down" else mark.up
    begins = [found.start() for found in pattern.finditer(text)] if pattern else []
    if layout != "dbmate" or len(begins) < 2:
        return [text]
    ends = [*begins[1:], len(text)]
    return [
        _blank(text[:start]) + text[start:end] + _blank(text[end:])
        for start, end in zip(begins, ends, strict=True)
    ]


def _blank(text: str) -> str:
    # Line ends stay, so that lines and columns are those of the file.
    return re.sub(r"[^\r\n]", " ", text)


def only(part: Part, text: str) -> str:
    """Return the text with everything but one way replaced by spaces; positions stay valid.

    A file without marks is all "up".
    """
    mark = marks(text) if part != "whole" else None
    if mark is None:
        return "" if part == "down" else text
    edges = [(found.start(), "down") for found in mark.down.finditer(text)]
    if mark.up is not None:
        edges += [(found.start(), "up") for found in mark.up.finditer(text)]
    edges.sort()
    kept: list[str] = []
    # node-pg-migrate and tern run what stands in front of the first mark, the others do not.
    position, current = 0, "" if mark.distinctive and mark.up else "up"
    for offset, way in [*edges, (len(text), "")]:
        piece = text[position:offset]
        kept.append(piece if current == part else _blank(piece))
        position, current = offset, way
    return "".join(kept)
