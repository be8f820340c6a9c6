"""Statements that are dangerous for a table with rows in it, and the approval of one."""

import re
from typing import NamedTuple

from pytest_schemaverify.migrations.static.nodes import Name, Type
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.schema_state import Column, Relation
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql.split import Piece

APPROVAL = "-- schemaverify: approved"
"""The comment above or behind a statement with which its author accepts the hazard."""
_APPROVED = re.compile(r"--\s*schemaverify:\s*approved\b[ \t:]*(?P<reason>[^\r\n]*)", re.IGNORECASE)


class Hazard(NamedTuple):
    """A statement that destroys something, or that keeps others waiting."""

    what: str
    """The statement in a few words: `drop table`."""
    object: str
    """What it is done to."""
    place: Place
    effect: str
    """What the users of the database notice of it."""
    instead: str = ""
    """Statements that reach the same without that effect; "" where there are none."""
    below: int = 999
    """First major version of PostgreSQL without this effect."""
    approved: bool = False


def approved(text: str, before: int, piece: Piece) -> bool:
    """Return whether a comment with a reason approves a statement.

    It stands in the lines directly above, inside the statement, or behind it on its last line;
    `before` is where the statement before it ends.
    """
    end = text.find("\n", piece.end)
    end = end if end >= 0 else len(text)
    if not _APPROVED.search(text, before, end):
        return False
    above = text[before : piece.start]
    if before:  # what is on the line of the statement before belongs to that one
        above = above.partition("\n")[2]
    # An empty line parts a comment about the whole file from one about this statement.
    nearest = re.split(r"\n[ \t\r]*\n", above)[-1]
    inside = text[piece.start : end]
    # Three characters, so that a dash or a dot is no reason.
    return any(len(m["reason"].strip()) >= 3 for m in _APPROVED.finditer(nearest + "\n" + inside))


def earlier(statement: Statement, key: Name) -> Relation | bool:
    """Return the table if an earlier file made it; True where no file is known to have made it.

    False is for a table of this file: nobody uses it yet, so nothing can hurt it.
    """
    table = statement.state.relations.get(key)
    if table is None:
        return key[1] not in statement.state.temporary
    return table if table.place.migration.whole is not statement.place.migration.whole else False


def old_column(statement: Statement, table: Relation | bool, name: str) -> Column | None:
    """Return the column of a table if a file before this one made it."""
    column = table.columns.get(name) if isinstance(table, Relation) else None
    if column is None:
        return None
    made = (column.made or column.place).migration
    return column if made.whole is not statement.place.migration.whole else None


_WHOLE = {"smallint": 1, "int2": 1, "integer": 2, "int4": 2, "bigint": 3, "int8": 3,
          "serial": 2, "bigserial": 3}  # fmt: skip
_TEXTS = frozenset({"text", "varchar", "bpchar", "citext"})
_TIMES = frozenset({"timestamp", "timestamptz"})


def narrows(old: Type, new: Type) -> bool:
    """Return whether values of the old type can get lost, or be refused, in the new one."""
    before, after = old.name[1], new.name[1]
    if old.dimensions != new.dimensions:
        return False
    if before in _WHOLE and after in _WHOLE:
        return _WHOLE[after] < _WHOLE[before]
    # The limit of varchar(n) and char(n) is in characters; text has none.
    if before in _TEXTS and after in ("varchar", "bpchar"):
        limit = _number(new)
        return limit is not None and ((_number(old) or 10**9) > limit)
    if before in ("float8", "numeric") and after in ("float4", *_WHOLE):
        return True
    if before == after == "numeric":
        return bool(new.modifiers) and (not old.modifiers or _digits(new) < _digits(old))
    # pgvector refuses a cast to another number of dimensions.
    if before in ("vector", "halfvec", "sparsevec"):
        return bool(new.modifiers) and old.modifiers != new.modifiers
    return before in _TIMES and after in ("date", "time")


def _number(type_: Type) -> int | None:
    return int(type_.modifiers[0]) if type_.modifiers and type_.modifiers[0].isdecimal() else None


def _digits(type_: Type) -> tuple[int, int]:
    precision, scale = (*map(int, type_.modifiers), 0)[:2]
    return precision - scale, scale
