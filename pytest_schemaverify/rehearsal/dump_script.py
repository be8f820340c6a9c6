"""What is run together of a backup, and what was noteworthy about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from psycopg import sql

from pytest_schemaverify.sql.split import Piece, PieceKind

_TOGETHER = 200
"""Statements that are sent in one message."""
_CONTROL = re.compile(
    r"(?:begin|commit|end|rollback|abort|savepoint|release|(?:start|set|prepare)\s+transaction)\b",
    re.IGNORECASE,
)
_SETS = re.compile(r"(?:re)?set\b", re.IGNORECASE)
_NAME = r"""(?:"(?:[^"]|"")+"|\S+)"""
_SETTING_OF = re.compile(
    rf"(alter\s+(?:role\s+{_NAME}\s+in\s+)?database\s+){_NAME}"
    r"(\s+(?:re)?set\s+(?!tablespace\b).*)",
    re.IGNORECASE | re.DOTALL,
)
"""What is set for a database, or for a role in it."""


@dataclass(slots=True)
class Restored:
    """What was noteworthy about a restore that came to its end."""

    rows: int = 0
    there_already: int = 0
    """Objects that the platform had made before."""
    roles: list[str] = field(default_factory=list)
    """Roles that a backup does not hold; they were made, without any rights."""
    extensions: list[str] = field(default_factory=list)
    """Extensions that the server does not have; they were left out."""

    def notes(self) -> list[str]:
        """Return what a reader of the results should know, one line each."""
        lines = []
        if self.there_already:
            lines.append(f"{self.there_already} objects of the backup were there already")
        if self.roles:
            lines.append(f"roles that the backup needs, made without rights: {_few(self.roles)}")
        if self.extensions:
            lines.append(f"extensions of the backup, left out: {_few(self.extensions)}")
        return lines


def controls(statement: str) -> bool:
    """Return whether a statement begins or ends a transaction, or a part of one.

    pg_dump has some around large objects: https://www.postgresql.org/docs/current/lo-funcs.html
    """
    return _CONTROL.match(statement) is not None


def sets(statement: str) -> bool:
    """Return whether a statement sets something, for itself or for a database."""
    return _SETS.match(statement) is not None or _SETTING_OF.fullmatch(statement) is not None


def for_database(statement: str, name: str) -> str:
    """Return a statement that sets something for the backup's database as one for ours; or ""."""
    found = _SETTING_OF.fullmatch(statement)
    return f"{found[1]}{sql.Identifier(name).as_string(None)}{found[2]}" if found else ""


def groups(text: str, pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Yield what is run together: statements, and each command, COPY, COMMIT and SET by itself.

    What stands in front of a COMMIT stays when a statement behind it fails. The server takes a
    message apart before it runs any of it, with the encoding and the escapes that were set before.
    """
    group: list[Piece] = []
    for piece in pieces:
        statement = text[piece.start : piece.end]
        alone = piece.kind is not PieceKind.SQL or controls(statement) or _SETS.match(statement)
        if group and (alone or len(group) == _TOGETHER):
            yield group
            group = []
        group.append(piece)
        if alone:
            yield group
            group = []
    if group:
        yield group


def _few(names: list[str]) -> str:
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f"{', '.join(names[:8])}{more}"
