"""The schemas of a snapshot."""

from collections.abc import Iterator
from typing import NamedTuple

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import Rows, Source, privileges


class Schema(NamedTuple):
    """A schema that is neither the server's nor an extension's."""

    name: str
    owner: str
    acl: tuple[str, ...]
    comment: str


def _read(source: Source) -> Iterator[Schema]:
    """Yield the schemas that are neither the server's nor an extension's."""
    for oid, name, owner, acl in source.schema_rows:
        if source.own("pg_namespace", oid):
            comment = source.comment("pg_namespace", oid)
            yield Schema(name, source.roles[owner], privileges(acl), comment)


def _portable(row: Schema, catalog: Catalog) -> Schema:
    # Since PostgreSQL 15 public is owned by pg_database_owner, before by initdb's superuser.
    return row._replace(owner="") if row.name == "public" else row


ROWS = (Rows(family="schemas", read=_read, key=("name",), schemaless=True, portable=_portable),)
