"""Read the catalog once, into rows without OIDs.

Names behind OIDs are looked up here and not by joins in each query: for 2,000 tables that is half
the time, and the server opens no table that it does not have to. Sources: pg_catalog only, see
https://www.postgresql.org/docs/current/catalogs.html
"""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from pytest_schemaverify.catalog.model import Catalog, Key, Row
from pytest_schemaverify.databases.reading import Reader, over
from pytest_schemaverify.settings.garbage_collection import uncollected

from . import (
    attached,
    constraints,
    foreign,
    operators,
    relations,
    replication,
    roles,
    routines,
    server,
)
from .source import Source

__all__ = ["read"]


def read(connection: Reader | Connection[Any]) -> Catalog:
    """Return a snapshot of the catalog.

    It is one moment's when the transaction is REPEATABLE READ. Only pg_catalog is read, so a role
    without rights on the tables sees everything all the same. Raises Refused when the server
    does not answer, DatabaseUnavailable when it is gone.
    """
    with uncollected(), over(connection).undone() as reader:
        # Names print with their schema, and no plan is compiled for a query that runs once.
        # Constants print alike whatever the database's settings are, as in pg_dump.
        reader.plainly(search_path="", jit="off")
        return _catalog(Source(reader))


def _catalog(source: Source) -> Catalog:
    families: dict[str, dict[Key, Row]] = {
        **relations.families(source),
        "default_privileges": {
            (row.role, row.schema, row.kind): row for row in roles.default_privileges(source)
        },
        "functions": {
            (row.schema, row.name, row.arguments): row for row in routines.functions(source)
        },
        "domain_checks": {
            (row.schema, row.domain, row.name): row for row in routines.domain_checks(source)
        },
        "casts": {(row.source, row.target): row for row in operators.casts(source)},
        "operators": {
            (row.schema, row.name, row.arguments): row for row in operators.operators(source)
        },
        "operator_classes": {
            (row.schema, row.name, row.method): row for row in operators.operator_classes(source)
        },
        "memberships": {(row.role, row.name): row for row in roles.memberships(source)},
        "published_tables": {
            (row.publication, row.schema, row.name): row
            for row in replication.published_tables(source)
        },
        "user_mappings": {(row.server, row.name): row for row in foreign.user_mappings(source)},
    }
    in_schemas: dict[str, Iterator[Row]] = {
        "foreign_tables": foreign.tables(source),
        "types": routines.types(source),
    }
    for family, rows in in_schemas.items():
        families[family] = {(row.schema, row.name): row for row in rows}
    outside: dict[str, Iterator[Row]] = {
        "databases": server.databases(source),
        "event_triggers": server.event_triggers(source),
        "extensions": server.extensions(source),
        "foreign_servers": foreign.servers(source),
        "languages": server.languages(source),
        "publications": replication.publications(source),
        "roles": roles.roles(source),
        "schemas": server.schemas(source),
        "tablespaces": server.tablespaces(source),
        "subscriptions": replication.subscriptions(source),
        "wrappers": foreign.wrappers(source),
    }
    for family, rows in outside.items():
        families[family] = {(row.name,): row for row in rows}
    of_tables: dict[str, Iterator[Row]] = {
        "columns": relations.columns(source),
        "constraints": constraints.constraints(source),
        "indexes": constraints.indexes(source),
        "policies": attached.policies(source),
        "rewrite_rules": attached.rewrite_rules(source),
        "statistics": attached.statistics(source),
        "system_columns": relations.system_columns(source),
        "triggers": attached.triggers(source),
    }
    for family, rows in of_tables.items():
        families[family] = {(row.schema, row.table, row.name): row for row in rows}
    return Catalog(source.version, families)
