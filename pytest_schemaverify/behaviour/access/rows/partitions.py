"""The values by which a row finds a partition to be in."""

import re
from typing import Any

from psycopg import Connection

from pytest_schemaverify.sql import names

KEY = """
select a.attname
from pg_catalog.pg_partitioned_table p
cross join lateral pg_catalog.unnest(p.partattrs::int2[]) with ordinality as k (number, n)
join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = k.number
where p.partrelid = pg_catalog.to_regclass(%s)
order by k.n
"""
BOUNDS = """
select pg_catalog.pg_get_expr(c.relpartbound, c.oid)
from pg_catalog.pg_inherits i
join pg_catalog.pg_class c on c.oid = i.inhrelid
where i.inhparent = pg_catalog.to_regclass(%s)
order by c.relname
"""
OWN = """
select pg_catalog.pg_get_expr(c.relpartbound, c.oid), i.inhparent::pg_catalog.regclass::text
from pg_catalog.pg_partition_ancestors(pg_catalog.to_regclass(%s)) a (part)
join pg_catalog.pg_class c on c.oid = a.part
join pg_catalog.pg_inherits i on i.inhrelid = c.oid
where c.relispartition
"""
# As pg_get_expr() writes bounds; DEFAULT has no values that could be taken.
_FROM = re.compile(r"FOR VALUES FROM \((.*)\) TO \((.*)\)", re.DOTALL)
_IN = re.compile(r"FOR VALUES IN \((.*)\)", re.DOTALL)


def key_values(connection: Connection[Any], table: tuple[str, str]) -> dict[str, str | None]:
    """Return values of a partitioned table's key for which there is a partition; {} if none is.

    The key of https://www.postgresql.org/docs/current/ddl-partitioning.html must be columns.
    """
    relation = names.quoted(*table)
    columns = _key(connection, relation)
    for (bound,) in connection.execute(BOUNDS, [relation]).fetchall():
        if found := _within(bound, columns):
            return found
    return {}


def own_values(connection: Connection[Any], table: tuple[str, str]) -> dict[str, str | None]:
    """Return values with which a row belongs into a partition, and into those that it is a part of.

    {} where its bounds do not tell.
    """
    found: dict[str, str | None] = {}
    for bound, whole in connection.execute(OWN, [names.quoted(*table)]).fetchall():
        found |= _within(bound, _key(connection, whole))
    return found


def _key(connection: Connection[Any], relation: str) -> list[str]:
    return [name for (name,) in connection.execute(KEY, [relation]).fetchall()]


def _within(bound: str, columns: list[str]) -> dict[str, str | None]:
    """Return values of a key's columns that a bound includes; {} for one without such values."""
    found = _FROM.match(bound) or _IN.match(bound)
    values = names.split(found[1]) if found else []
    # No value is MINVALUE itself, while the lower bound of a range belongs to it.
    if not values or "MINVALUE" in values:
        return {}
    texts = [_constant(value) for value in values[: len(columns)]]
    return dict(zip(columns, texts, strict=True)) if len(texts) == len(columns) else {}


def _constant(literal: str) -> str | None:
    if literal == "NULL":
        return None
    return literal[1:-1].replace("''", "'") if literal.startswith("'") else literal
