"""Relations that a statement changes, locks or fills, and that are not of the kind for it."""

from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.sql.statements import walk

from .nodes import relation_name, trees

_CHANGED = ("rpvf", "cannot change {}: rows go into tables and views only")
_TAKEN = {
    **dict.fromkeys(("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"), _CHANGED),
    "TruncateStmt": ("rpf", "{} is not a table"),
    "LockStmt": ("rpv", "cannot lock {}: it is neither a table nor a view"),
    "RefreshMatViewStmt": ("m", "{} is not a materialized view"),
}
"""Kinds of relations (`pg_class.relkind`) that statements take, and what is said of others."""
_KIND = "select relkind::text from pg_catalog.pg_class where oid = pg_catalog.to_regclass($1)"
# The condition of https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html
_WHOLE = """
select from pg_catalog.pg_index
where indrelid = pg_catalog.to_regclass($1) and indisunique and indimmediate and indisvalid
  and indpred is null and indexprs is null
"""
"""A unique index on columns, over all rows."""
# The foreign key of a partitioned table is one of each of its partitions as well: the root stands
# for all of them.
_REFERENCES = """
select distinct root::text
from pg_catalog.pg_constraint, coalesce(pg_catalog.pg_partition_root(conrelid), conrelid) as root
where contype = 'f' and confrelid = pg_catalog.to_regclass($1)
  and root <> all (select pg_catalog.to_regclass(t) from pg_catalog.unnest($2::text[]) as t)
"""


def unfit(text: str, reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield message and SQLSTATE for each relation of a statement that cannot be used so."""
    for tree in trees(text):
        for key, node in walk({tree.kind: tree.node}):
            if key not in _TAKEN:
                continue
            kinds, told = _TAKEN[key]
            names = list(_names(node))
            for name in names:
                (kind,) = reader.row(_KIND, name) or ("",)
                if kind and kind not in kinds:
                    yield told.format(f'"{name}"'), "42809"
                elif kind:
                    yield from _hindered(key, node, name, names, reader)


def _hindered(
    key: str, node: Any, name: str, names: list[str], reader: Reader
) -> Iterator[tuple[str, str]]:
    if key == "RefreshMatViewStmt" and node.get("concurrent") and not reader.rows(_WHOLE, name):
        yield f'cannot refresh "{name}" concurrently: no unique index has all its rows', "55000"
    if key == "TruncateStmt" and node.get("behavior") != "DROP_CASCADE":
        for (other,) in reader.rows(_REFERENCES, name, names):
            yield f'cannot truncate "{name}": {other} references it', "0A000"


def _names(node: Any) -> Iterator[str]:
    """Yield the relations that a statement is about, as SQL."""
    listed = [one["RangeVar"] for one in node.get("relations", ())]
    for one in [*listed, *([node["relation"]] if "relation" in node else ())]:
        yield relation_name(one)
