"""Read the catalog once, into rows without OIDs.

Names behind OIDs are looked up here and not by joins in each query: for 2,000 tables that is half
the time, and the server opens no table that it does not have to. Sources: pg_catalog only, see
https://www.postgresql.org/docs/current/catalogs.html
"""

import gc
from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from pytest_schemaverify.catalog.model import Catalog, Key, Row

from . import attached, constraints, relations, routines, server
from .source import Source

__all__ = ["read"]


def read(connection: Connection[Any]) -> Catalog:
    """Return a snapshot of the catalog.

    It is one moment's when the transaction is REPEATABLE READ. Only pg_catalog is read, so a role
    without rights on the tables sees everything all the same.
    """
    collecting = gc.isenabled()
    gc.disable()  # tens of thousands of rows, none of them garbage
    try:
        with connection.transaction(force_rollback=True):
            # Names print with their schema, and no plan is compiled for a query that runs once.
            connection.execute("set local search_path = ''; set local jit = off")
            return _catalog(Source(connection))
    finally:
        if collecting:
            gc.enable()


def _catalog(source: Source) -> Catalog:
    families: dict[str, dict[Key, Row]] = {
        "schemas": {(row.name,): row for row in server.schemas(source)},
        "extensions": {(row.name,): row for row in server.extensions(source)},
        "publications": {(row.name,): row for row in server.publications(source)},
        "default_privileges": {
            (row.role, row.schema, row.kind): row for row in server.default_privileges(source)
        },
        "functions": {
            (row.schema, row.name, row.arguments): row for row in routines.functions(source)
        },
        "types": {(row.schema, row.name): row for row in routines.types(source)},
        **relations.families(source),
    }
    of_tables: dict[str, Iterator[Row]] = {
        "columns": relations.columns(source),
        "constraints": constraints.constraints(source),
        "indexes": constraints.indexes(source),
        "policies": attached.policies(source),
        "triggers": attached.triggers(source),
    }
    for family, rows in of_tables.items():
        families[family] = {(row.schema, row.table, row.name): row for row in rows}
    return Catalog(source.version, families)
