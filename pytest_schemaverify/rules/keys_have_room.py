from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="table structures", exempting=True)


def query(scope: frozenset[str]) -> sql.Composed:
    """Return the int2 and int4 columns with a sequence of their own, and how far that has counted.

    https://www.postgresql.org/docs/current/catalog-pg-depend.html has the kinds of dependencies.
    """
    return sql.SQL(
        "select n.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, null),"
        # Without the privilege PostgreSQL 15 refuses the query, and 18 answers NULL, as for a
        # sequence that was never used.
        " case when pg_catalog.has_sequence_privilege(s.oid, 'usage, select')"
        " then pg_catalog.pg_sequence_last_value(s.oid) end,"
        " case a.atttypid when 'int2'::regtype then 32767 else 2147483647 end,"
        " pg_catalog.has_sequence_privilege(s.oid, 'usage, select')"
        " from pg_catalog.pg_depend as d"
        " join pg_catalog.pg_class as s on s.oid = d.objid and s.relkind = 'S'"
        " join pg_catalog.pg_class as c on c.oid = d.refobjid"
        " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
        " join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = d.refobjsubid"
        " where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass"
        # a: serial, or OWNED BY; i: identity.
        " and d.deptype in ('a', 'i') and n.nspname = any ({scope})"
        " and a.atttypid in ('int2'::regtype, 'int4'::regtype)"
        " order by 1, 2, 3"
    ).format(scope=sorted(scope))


def check(rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """No column that counts in `integer` or `smallint` has used up half of its numbers."""
    for schema, table, column, type_, last, most, visible in rows:
        name = quoted(schema, table, column)
        if not visible:
            raise CannotDetermine(
                f"reading how far {name} has counted",
                because="the role may not read its sequence",
                remedy="grant select on all sequences in the schema to it",
            )
        # Half is early enough to change the type, which rewrites the table, before inserts fail.
        if last is not None and last > most // 2:
            yield Finding(
                expected=f"at most half of the {most} numbers of {type_}",
                actual=f"{last}, {last / most:.0%}",
                identity=f"more than half of the numbers of {type_}",
                subject=name,
                hint="change the column, and those that refer to it, to bigint in good time",
            )
