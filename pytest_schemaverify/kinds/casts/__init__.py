"""Casts."""

import re

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.kind import Kind, Subject, as_written
from pytest_schemaverify.kinds.names_in_sql import type_or_none
from pytest_schemaverify.sql import names


def _types(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    found = re.split(r"\s+as\s+", text.strip(), flags=re.IGNORECASE)
    if len(found) != 2:
        raise names.BadName(f"{text!r} is not a cast: `source as target`")
    return found[0], found[1]


def _by_types(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    # The file may spell the types in any way that the server takes; the snapshot has its spelling.
    return catalog.find("casts", tuple(type_or_none(one, server) for one in subject.key))


def _own_name(row: Row) -> str:
    return str(row.name)


def _in_sql(row: Row) -> str:
    return f"cast ({row.name})"


FAMILY = Kind(
    category="function security",
    mark="types",
    noun="cast",
    families=("casts",),
    key=_types,
    find=_by_types,
    shown=as_written,
    own_name=_own_name,
    in_sql=_in_sql,
    # pg_cast has no column for a schema: a cast is known by its two types.
    schemaless=True,
)
