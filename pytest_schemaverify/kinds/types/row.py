"""The types of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import Rows, Source, privileges
from pytest_schemaverify.kinds.defined.row import Word
from pytest_schemaverify.sql.names import quoted

_HERE = Path(__file__).parent


# pg_type.typtype; `p` is a pseudo-type, and of those that users make a shell.
# https://www.postgresql.org/docs/current/catalog-pg-type.html
_TYPES = {"e": "enum", "d": "domain", "c": "composite", "r": "range",
          "b": "base", "p": "shell"}  # fmt: skip


class Attribute(NamedTuple):
    """An attribute of a composite type."""

    name: str
    type: str
    collation: str

    def __str__(self) -> str:
        collation = f" collate {quoted(self.collation)}" if self.collation else ""
        return f"{quoted(self.name)} {self.type}{collation}"


class Range(NamedTuple):
    """The parts of a range type. Functions have their schema, and no arguments."""

    subtype: str
    operator_class: str
    """With its schema."""
    collation: str
    canonical: str
    difference: str
    multirange: str
    """Empty before PostgreSQL 14."""


class Type(NamedTuple):
    """An enum, domain, composite, range or base type, or the shell of one."""

    schema: str
    name: str
    kind: str
    labels: tuple[str, ...]
    """Of an enum."""
    base: str
    """Type that a domain is made of."""
    nullable: bool
    default: str | None
    collation: str
    attributes: tuple[Attribute, ...]
    """Of a composite type."""
    attribute_comments: tuple[tuple[str, str], ...]
    """Attributes of a composite type that have a comment, each with it."""
    range: Range | None
    definition: tuple[Word, ...]
    """Words of the CREATE of a base type, each with what it says."""
    owner: str
    acl: tuple[str, ...]
    comment: str


def _read(source: Source) -> Iterator[Type]:
    """Yield the types that a user made."""
    for row in source.rows(_HERE / "types.sql"):
        (oid, schema, name, kind, labels, base, nullable, default, collation, attributes,
         range_, words, owner, acl) = row  # fmt: skip
        if source.own("pg_type", oid):
            yield Type(
                source.schemas[schema], name, _TYPES[kind], tuple(labels), base or "", nullable,
                default, collation or "", tuple(Attribute(*one[:3]) for one in attributes or ()),
                tuple((one[0], one[3]) for one in attributes or () if one[3]),
                Range(*range_) if range_ else None, tuple(Word(*one) for one in words or ()),
                source.roles[owner], privileges(acl), source.comment("pg_type", oid),
            )  # fmt: skip


def _same_default(built: Type, live: Type, name: str, catalog: Catalog, server: Canonical) -> bool:
    return server.same_default(built.default or "", live.default or "", live.base)


ROWS = (Rows(family="types", read=_read, key=("schema", "name"), texts={"default": _same_default}),)
