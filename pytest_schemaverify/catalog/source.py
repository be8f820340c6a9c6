"""Reads rows: queries that all families share, and the properties of each family."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.databases.reading import Reader

from .model import Catalog, Row

_SQL = Path(__file__).parent / "sql"
# Letters of pg_class: relkind and relpersistence; of pg_trigger and others: tgenabled.
# https://www.postgresql.org/docs/current/catalog-pg-class.html
RELATIONS = {
    "r": "table", "p": "partitioned table", "f": "foreign table", "v": "view",
    "m": "materialized view",
}  # fmt: skip
PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
ENABLED = {"O": "origin", "R": "replica", "A": "always", "D": "disabled"}


def privileges(items: list[str] | None) -> tuple[str, ...]:
    """Return the items of an access control list, sorted."""
    return tuple(sorted(items or ()))


def settable(items: list[str] | None) -> tuple[str, ...]:
    """Return the options that a user has set, without those that a server keeps for itself.

    Some builds of PostgreSQL 15 have `pg_attver=…` for each column; no statement sets it.
    """
    return tuple(item for item in items if not item.startswith("pg_")) if items else ()


_BY_VERSION = re.compile(r"\{(\d+): (.+?) \| (.+?)\}", re.DOTALL)
"""Place in a query: `{15: <since PostgreSQL 15> | <before>}`."""


@cache
def _query(path: Path, major: int) -> bytes:
    text = path.read_text(encoding="utf-8")
    return _BY_VERSION.sub(lambda m: m[2] if major >= int(m[1]) else m[3], text).encode()


class Source:
    """The queries, and the lookups by OID that the families share while they are read.

    A lookup is read when a family first needs it: `extensions` alone needs no column.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.version = reader.version
        # rows() gives the schemas to queries that ask for them, so there have to be some at first.
        self.schemas: dict[int, str] = {}
        self.schema_rows = self.rows(_SQL / "schemas.sql")
        self.schemas = {row[0]: row[1] for row in self.schema_rows}
        self.role_rows = self.rows(_SQL / "roles.sql")
        # 0 stands for PUBLIC among roles, and for the tablespace of the database among tablespaces.
        self.roles: dict[int, str] = {0: "public", **{row[0]: row[1] for row in self.role_rows}}
        self.tablespaces: dict[int, str] = {0: "", **dict(self.rows(_SQL / "tablespaces.sql"))}
        self.class_ids = dict(self.rows(_SQL / "catalogs.sql"))

    @cached_property
    def members(self) -> set[tuple[int, int]]:
        """The objects of extensions, by the OID of their catalog and their own."""
        return {(class_id, oid) for class_id, oid in self.rows(_SQL / "extension_members.sql")}

    @cached_property
    def depending(self) -> dict[tuple[int, int], tuple[str, ...]]:
        """The extensions on which objects depend, without belonging to them."""
        found: dict[tuple[int, int], tuple[str, ...]] = {}
        for class_id, oid, extension in self.rows(_SQL / "depending.sql"):
            found[class_id, oid] = (*found.get((class_id, oid), ()), extension)
        return found

    @cached_property
    def comments(self) -> dict[tuple[int, int, int], str]:
        """Comments by the OID of the catalog, that of the object and the number of the column."""
        return {row[:3]: row[3] for row in self.rows(_SQL / "comments.sql")}

    @cached_property
    def relation_rows(self) -> list[tuple[Any, ...]]:
        """The rows of relations.sql."""
        return self.rows(_SQL / "relations.sql")

    @cached_property
    def relations(self) -> dict[int, tuple[str, str]]:
        """Schema and name of relations, also of those of extensions, to which others refer."""
        return {row[0]: (self.schemas[row[1]], row[2]) for row in self.relation_rows}

    @cached_property
    def kept(self) -> set[int]:
        """The relations that belong to no extension."""
        return {row[0] for row in self.relation_rows if self.own("pg_class", row[0])}

    @cached_property
    def column_rows(self) -> list[tuple[Any, ...]]:
        """The rows of columns.sql."""
        return self.rows(_SQL / "columns.sql")

    @cached_property
    def columns(self) -> dict[tuple[int, int], str]:
        """Names of columns by relation and number."""
        return {(row[0], row[1]): row[2] for row in self.column_rows}

    @cached_property
    def collations(self) -> dict[int, str]:
        """Collations by OID, as SQL names them."""
        return dict(self.rows(_SQL / "collations.sql"))

    def relations_of(self, kinds: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of relations whose `pg_class.relkind` is one of these letters."""
        return (row for row in self.relation_rows if row[3] in kinds and row[0] in self.kept)

    def rows(self, query: Path) -> list[tuple[Any, ...]]:
        """Return the rows of the query in a file, as the version of the server has it."""
        text = _query(query, self.version // 10000)
        given = [list(self.schemas)] if b"$1" in text else []
        return self.reader.rows(text, *given, bound=None)

    def own(self, catalog: str, oid: int) -> bool:
        """Return whether an object belongs to no extension."""
        return (self.class_ids[catalog], oid) not in self.members

    def comment(self, catalog: str, oid: int, column: int = 0) -> str:
        """Return the comment on an object, or an empty text."""
        return str(self.comments.get((self.class_ids[catalog], oid, column), ""))

    def depends_on(self, catalog: str, oid: int) -> tuple[str, ...]:
        """Return the extensions with which an object is dropped, sorted."""
        return self.depending.get((self.class_ids[catalog], oid), ())

    def names(self, relation: int, numbers: list[int] | None) -> tuple[str, ...]:
        """Return the names of columns by their numbers; an expression's is empty."""
        return tuple(self.columns.get((relation, number), "") for number in numbers or ())


SameText = Callable[[Row, Row, str, Catalog, Canonical], bool]
"""Returns whether a field of a built row and of a live one says the same to the live server, whose
snapshot is given. Raises CannotDetermine when the server refuses one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A family of rows of a snapshot: how it is read, and what comparing it has to know."""

    family: str
    read: Callable[[Source], Iterable[Row]]
    key: tuple[str, ...]
    """Fields of a row that together name it."""
    noun: str = ""
    """The noun for one of them, where that is not the family's name without the s."""
    inside: tuple[tuple[str, ...], int] = ((), 0)
    """What such objects are part of: the families that may hold it, and how many parts of the key
    name it."""
    schemaless: bool = False
    """Whether the key does not begin with a schema."""
    outside: bool = False
    """Whether it is the cluster's, or a state compares more of it among its other objects."""
    asked: bool = False
    """Whether only what asks for it reads it, because a database may have millions of them."""
    tolerated: frozenset[str] = frozenset()
    """Fields in which equal schemas may differ."""
    portable: Callable[[Row, Catalog], Row] = lambda row, catalog: row
    """Returns a row without what differs between two servers on which the same files were run."""
    texts: Mapping[str, SameText] = field(default_factory=dict)
    """Fields that hold expressions, each with what compares two of them."""


OF_RELATION = (("tables", "views"), 2)
