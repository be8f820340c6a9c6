"""The notices and warnings of the server while a file runs, each with its line in the file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from psycopg.errors import Diagnostic

from pytest_schemaverify.migrations.error_position import offset
from pytest_schemaverify.migrations.psql_commands import Source
from pytest_schemaverify.sql.positions import lines
from pytest_schemaverify.sql.split import Piece


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice or warning of the server, or of ours, about a file that ran."""

    severity: str
    message: str
    sqlstate: str = ""
    detail: str = ""
    hint: str = ""
    context: str = ""
    path: Path | None = None
    """The file: the one that ran, or one that it includes."""
    line: int = 0
    """Line of the statement, or of the one inside a function or DO block; 0 where not known."""


_INLINE = re.compile(
    r"^PL/\w+ function inline_code_block line (?P<line>\d+) at (?P<what>\w+)", re.M
)
_FUNCTION = re.compile(r"^PL/\w+ function (?:[\w\".]*\.)?\"?(?P<name>\w+)\"?\(", re.M)
_QUOTED = re.compile(r'"([^"]+)"')
_IF_EXISTS = re.compile(r"\bif\s+(?:not\s+)?exists\b", re.IGNORECASE)
_DO = re.compile(r"do\b", re.IGNORECASE)


@dataclass(slots=True)
class NoticeLog:
    """The notices of one file, recorded as the connection's notice handler."""

    source: Source
    """The file whose statement is running."""
    running: Sequence[Piece] = ()
    """That statement; where all were sent together, also the next one.

    libpq calls the handler while it reads ahead, before it hands over the result in front of it.
    """
    sent_from: int = 0
    """Offset of the first character of what was sent."""
    notices: list[Notice] = field(default_factory=list)
    number: int | None = None
    """The number of the file in the marks in front of its statements; None where there are none."""
    moved: Mapping[int, int] = field(default_factory=dict)
    """By how many characters the marks move a statement, by where it starts."""

    def now_running(self, source: Source, running: Sequence[Piece], sent_from: int) -> None:
        """Take the notices that follow for those of other statements."""
        self.source, self.running, self.sent_from = source, running, sent_from

    def from_(self, diag: Diagnostic) -> int:
        """Return the offset from which the server counts in the statement that it is about."""
        at = int(diag.statement_position or 0) - 1
        return self.sent_from - max(
            (n for start, n in self.moved.items() if start + n <= at), default=0
        )

    def record(self, diag: Diagnostic) -> None:
        """Keep a notice, with the line of the first statement that may have caused it."""
        source, line = self.source, 0
        fitting = [piece for piece in self.running if _fits(source.text, piece, diag)]
        if "already exists" in (diag.message_primary or ""):
            # Of two statements with IF NOT EXISTS the second finds what the first has made.
            fitting.reverse()
        piece = next(iter([*fitting, *self.running]), None)
        if piece is not None:
            at = offset(source.text, piece, self.from_(diag), diag)
            line = lines(source.text).at(at).line
        self.notices.append(
            Notice(
                diag.severity_nonlocalized or diag.severity or "",
                diag.message_primary or "",
                diag.sqlstate or "",
                diag.message_detail or "",
                diag.message_hint or "",
                diag.context or "",
                source.path,
                line,
            )
        )


def _fits(text: str, piece: Piece, diag: Diagnostic) -> bool:
    """Return whether a statement may have caused a notice."""
    statement, message = text[piece.start : piece.end], diag.message_primary or ""
    inline = _INLINE.search(diag.context or "")
    if inline:
        found = lines(text)
        # PL/pgSQL counts from the line on which the body's quote opens.
        number = found.at(max(text.find("$", piece.start, piece.end), piece.start)).line
        number += int(inline["line"]) - 1
        if not _DO.match(statement) or number > found.at(piece.end).line:
            return False
        if inline["what"] != "RAISE":
            return True
        # Only up to the first parameter (`%`) is the message the text of RAISE.
        said = re.findall(r"'([^'%]+)", found.line(number))
        return "raise" in found.line(number).lower() and all(part in message for part in said[:1])
    if message.endswith("skipping") and not _IF_EXISTS.search(statement):
        return False
    called = _FUNCTION.findall(diag.context or "")
    named = called[-1:] or _QUOTED.findall(message)[:1]
    return all(name.rpartition(".")[2] in statement for name in named)
