"""The comments by which goose, sql-migrate and dbmate cut a file, and what they refuse in it.

They run what follows such an annotation, and nothing without it. goose and sql-migrate take a file
apart at the ends of lines, even inside a quoted text: a line that ends with a semicolon ends what
they send in one message, but for what stands between StatementBegin and StatementEnd. Sources are
their parsers:
https://github.com/pressly/goose/blob/main/internal/sqlparser/parser.go
https://github.com/rubenv/sql-migrate/blob/master/sqlparse/sqlparse.go
https://github.com/amacneil/dbmate/blob/main/pkg/dbmate/migration.go
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pytest_schemaverify.migrations.decoding import decoded
from pytest_schemaverify.migrations.failure import FileFailed, Place, failed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.psql_commands import Source
from pytest_schemaverify.migrations.runners import RUNNERS
from pytest_schemaverify.migrations.sections import MARKS
from pytest_schemaverify.sql.split import Piece, PieceKind

# goose takes its annotations in any case and without blanks, sql-migrate in one spelling only.
_TOGETHER: Mapping[str, re.Pattern[str]] = {
    "goose": re.compile(
        r"--[ \t]*\+goose[ \t]*statement(?P<which>begin|end)[ \t]*$", re.IGNORECASE
    ),
    "sql-migrate": re.compile(r"-- \+migrate [ \t]*Statement(?P<which>Begin|End)(?!\S)"),
}
"""By layout, the comments around statements that the tool sends in one message."""
_LINE = re.compile(r"[^\n]+")
_UP: Mapping[str, str] = {
    "goose": "-- +goose Up", "sql-migrate": "-- +migrate Up", "dbmate": "-- migrate:up",
}  # fmt: skip
"""By layout, the comment that begins the up section."""
# Neither these nor `_ends_with_semicolon` know more of SQL than the tools, which read lines.
_NO_COMMENT = re.compile(r"^(?![ \t]*--)[ \t]*\S", re.MULTILINE)


def require_marks(migration: Migration) -> None:
    """Raise FileFailed for SQL outside of the up section, where the layout's tool refuses it."""
    up = _UP.get(migration.layout)
    if up is None:
        return
    text = decoded(migration.path)
    mark = next(one for one in MARKS if one.layout == migration.layout)
    # In the whole file, not in the migration's text: there the part before the mark is blank.
    begins = mark.up.search(text) if mark.up else None
    sql = _NO_COMMENT.search(text, 0, begins.start() if begins else len(text))
    if sql is None or (migration.layout == "sql-migrate" and (begins or mark.down.search(text))):
        return  # sql-migrate skips what stands in front
    name = RUNNERS[migration.layout].name
    where = "in front of it" if begins else "without that line"
    raise failed(
        Place(migration.path, text, sql.start()),
        f"{name} runs what follows `{up}`, and refuses a file with SQL {where}",
        remedy=f"write `{up}` above; or say `one_by_one: true` under `migrations`, if another tool"
        " runs the files",
    )


def cut(source: Source, layout: str) -> Source:
    """Return a file with one piece for each message that its tool sends.

    Files of tools that cut otherwise come back as they are, and so do those with commands or rows
    for psql. Raises FileFailed where the tool cuts a statement, or does not find its end.
    """
    together = _TOGETHER.get(layout)
    if together is None or any(piece.kind is not PieceKind.SQL for piece in source.pieces):
        return source
    pieces: list[Piece] = []
    left = deque(source.pieces)
    for end in _ends(source.text, together):
        sent = []
        while left and left[0].start < end:
            sent.append(left.popleft())
        if sent and (end < sent[-1].end or end == _OPEN):
            raise _refused(source, sent[-1], layout)
        if sent:
            pieces.append(sent[-1]._replace(start=sent[0].start))
    return replace(source, pieces=tuple(pieces))


_OPEN = float("inf")
"""The end of a message whose end the tool does not find."""


def _ends(text: str, together: re.Pattern[str]) -> Iterator[float]:
    """Yield where each message ends, and _OPEN if something is left behind the last."""
    inside = pending = False
    for line in _LINE.finditer(text):
        said = line.group().rstrip()
        if mark := together.match(said):
            inside = mark["which"].lower() == "begin"
            if not inside:
                yield line.end()
            pending = inside
        # A comment line between two messages belongs to neither; inside one it is sent along.
        elif not (said.strip().startswith("--") and not pending) and said:
            pending = inside or not _ends_with_semicolon(said)
            if not pending:
                yield line.end()
    if pending:
        yield _OPEN


def _ends_with_semicolon(line: str) -> bool:
    """Return whether the last word in front of a comment ends with a semicolon."""
    return re.split(r"(?:^|\s)--", line, maxsplit=1)[0].rstrip().endswith(";")


def _refused(source: Source, piece: Piece, layout: str) -> FileFailed:
    name, tool = RUNNERS[layout].name, "goose" if layout == "goose" else "migrate"
    return failed(
        source.place(piece.start, piece),
        f"{name} ends a statement where a line ends with a semicolon, and this one does not end so",
        remedy=f"end it with a semicolon; if it has such lines inside, write `-- +{tool}"
        f" StatementBegin` in front of it and `-- +{tool} StatementEnd` behind it; or say"
        " `one_by_one: true` under `migrations`, if your tool finds the ends of statements",
    )
