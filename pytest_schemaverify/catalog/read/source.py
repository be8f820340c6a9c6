"""What is asked once for all families."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from pytest_schemaverify.databases.reading import Reader

_SQL = Path(__file__).parent.parent / "sql"


def privileges(items: list[str] | None) -> tuple[str, ...]:
    """Return the items of an access control list, sorted."""
    return tuple(sorted(items or ()))


def settable(items: list[str] | None) -> tuple[str, ...]:
    """Return what somebody has set, without what a server keeps there for itself.

    Some builds of PostgreSQL 15 have `pg_attver=…` for each column; nobody can set it.
    """
    return tuple(item for item in items if not item.startswith("pg_")) if items else ()


_BY_VERSION = re.compile(r"\{(\d+): (.+?) \| (.+?)\}", re.DOTALL)
"""Place in a query: `{15: <since PostgreSQL 15> | <before>}`."""


@cache
def _query(name: str, major: int) -> bytes:
    text = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    return _BY_VERSION.sub(lambda m: m[2] if major >= int(m[1]) else m[3], text).encode()


class Source:
    """What is asked, and the lookups by OID that the families share while they are read."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.version = reader.version
        self.schemas: dict[int, str] = {}
        self.schema_rows = self.rows("schemas")
        self.schemas = {row[0]: row[1] for row in self.schema_rows}
        self.role_rows = self.rows("roles")
        self.roles: dict[int, str] = {0: "public", **{row[0]: row[1] for row in self.role_rows}}
        self.tablespaces: dict[int, str] = {0: "", **dict(self.rows("tablespaces"))}
        self.class_ids = dict(self.rows("catalogs"))
        self.members = {(class_id, oid) for class_id, oid in self.rows("extension_members")}
        self.comments = {row[:3]: row[3] for row in self.rows("comments")}
        self.relation_rows = self.rows("relations")
        self.relations = {row[0]: (self.schemas[row[1]], row[2]) for row in self.relation_rows}
        self.kept = {row[0] for row in self.relation_rows if self.own("pg_class", row[0])}
        self.column_rows = self.rows("columns")
        self.columns = {(row[0], row[1]): row[2] for row in self.column_rows}

    def rows(self, name: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query of the folder `sql`."""
        query = _query(name, self.version // 10000)
        given = [list(self.schemas)] if b"$1" in query else []
        return self.reader.rows(query, *given, bound=None)

    def own(self, catalog: str, oid: int) -> bool:
        """Return whether an object belongs to no extension."""
        return (self.class_ids[catalog], oid) not in self.members

    def comment(self, catalog: str, oid: int, column: int = 0) -> str:
        """Return the comment on an object, or an empty text."""
        return str(self.comments.get((self.class_ids[catalog], oid, column), ""))

    def names(self, relation: int, numbers: list[int] | None) -> tuple[str, ...]:
        """Return the names of columns by their numbers; an expression's is empty."""
        return tuple(self.columns.get((relation, number), "") for number in numbers or ())
