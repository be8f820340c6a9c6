"""The bounds of partitions, as expressions over a row's columns."""

from typing import Any

from psycopg import Connection

# A row may go into each of the leaves below a table, if it satisfies their checks as well.
BOUNDS = """
select pg_catalog.pg_get_partition_constraintdef(c.oid),
       array(select pg_catalog.pg_get_expr(k.conbin, k.conrelid)
             from pg_catalog.pg_constraint k
             where k.conrelid = c.oid and k.contype = 'c' and k.conislocal order by k.conname)
from pg_catalog.pg_partition_tree(pg_catalog.to_regclass(%s)) as p
join pg_catalog.pg_class c on c.oid = p.relid
where p.isleaf and c.relispartition
order by c.relname
limit 24
"""


def bounds(connection: Connection[Any], relation: str) -> list[str]:
    """Return for each partition of a table, or for the partition itself, what its rows satisfy.

    None for a table that is neither. The first of many, for one that takes the row is enough.
    """
    return [
        " and ".join(f"({text})" for text in (own, *checks) if text)
        for own, checks in connection.execute(BOUNDS, [relation]).fetchall()
        if own
    ]
