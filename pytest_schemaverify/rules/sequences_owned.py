from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="table structures", exempting=True)


def query(scope: frozenset[str]) -> sql.Composed:
    """Return the defaults that take numbers from a sequence which no column owns.

    The default (pg_attrdef) depends on the sequence; an owned sequence depends on its column.
    """
    return sql.SQL(
        "select ns.nspname, s.relname, n.nspname, c.relname, a.attname"
        " from pg_catalog.pg_depend as d"
        " join pg_catalog.pg_class as s on s.oid = d.refobjid and s.relkind = 'S'"
        " join pg_catalog.pg_namespace as ns on ns.oid = s.relnamespace"
        " join pg_catalog.pg_attrdef as f on f.oid = d.objid"
        " join pg_catalog.pg_attribute as a on a.attrelid = f.adrelid and a.attnum = f.adnum"
        " join pg_catalog.pg_class as c on c.oid = f.adrelid"
        " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
        " where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass"
        " and n.nspname = any ({scope})"
        " and not exists (select from pg_catalog.pg_depend as o"
        " where o.classid = 'pg_class'::regclass and o.objid = s.oid"
        " and o.refclassid = 'pg_class'::regclass and o.deptype in ('a', 'i'))"
        " order by 3, 4, 5"
    ).format(scope=sorted(scope))


def check(rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Every sequence that a column's default takes numbers from is owned by a column."""
    for schema, sequence, table_schema, table, column in rows:
        name, owner = quoted(schema, sequence), quoted(table_schema, table, column)
        yield Finding(
            expected=f"owned by {owner}",
            actual="owned by no column: it stays behind when the table goes",
            subject=name,
            fix=f"alter sequence {name} owned by {owner};",
        )
