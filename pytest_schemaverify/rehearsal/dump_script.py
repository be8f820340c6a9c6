"""The statements of a script by pg_dump: which run together, and which are about the database.

https://www.postgresql.org/docs/current/app-pgdump.html
"""

import re
from collections.abc import Iterator

from psycopg import sql

from pytest_schemaverify.sql.split import Piece, PieceKind

_TOGETHER = 200
"""Statements that are sent in one message; if one fails, all are sent again one by one."""
_ELSEWHERE = re.compile(
    r"""(?:(?:create|drop|alter|comment\s+on|alter\s+role\s+(?:"[^"]+"|\S+)\s+in)\s+database"""
    r"|(?:grant|revoke|security\s+label)\s.*?\son\s+database)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Statements about the database as such; ours has another name, and another may have this one."""
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
"""ALTER DATABASE or ALTER ROLE … IN DATABASE with a setting.

SET TABLESPACE is none: it would move the files of the database.
"""


def names_database(statement: str) -> bool:
    """Return whether a statement is about a database as such, and not about what is in it."""
    return _ELSEWHERE.match(statement) is not None


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

    A group that fails is run again one by one; with a COMMIT in it, what stands in front of that
    would be run twice.
    """
    group: list[Piece] = []
    for piece in pieces:
        statement = text[piece.start : piece.end]
        # SET too: the server parses a whole message before it runs any of it, so that texts behind
        # `set standard_conforming_strings = off` would be read as before it.
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
