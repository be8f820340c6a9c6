"""Whether the server can answer a query in the order of a vector index."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.vector_types import VectorIndex
from pytest_schemaverify.sql.names import quoted

from .vector_column import VectorColumn, joined

_WILLING = (
    "select pg_catalog.set_config('enable_seqscan', 'off', true),"
    " pg_catalog.set_config('enable_sort', 'off', true),"
    " pg_catalog.set_config('enable_bitmapscan', 'off', true),"
    " pg_catalog.set_config('jit', 'off', true)"
)
"""What makes the planner take an ordered index if there is any, however few rows there are."""
_EXHAUSTIVE = (
    "select pg_catalog.set_config('enable_indexscan', 'off', true),"
    " pg_catalog.set_config('enable_seqscan', 'on', true),"
    " pg_catalog.set_config('enable_sort', 'on', true),"
    " pg_catalog.set_config('jit', 'off', true)"
)
"""What makes it sort all rows instead: an index hands over so many candidates only."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the server would answer a query."""

    indexes: frozenset[str]
    """Names, with their schemas, of the indexes that give it the order."""
    unordered: frozenset[str]
    """Partitions, or tables that inherit, that are read without one beside others with one."""
    shape: str
    """Its nodes, outermost first: `Limit > Sort > Seq Scan on memories`."""

    @property
    def told(self) -> str:
        """What is read without an index, as a note."""
        return f"without an index: {', '.join(sorted(self.unordered))}" if self.unordered else ""

    def uses(self, index: VectorIndex, looked: VectorColumn) -> bool:
        """Return whether the order is that of an index, or of its parts on every partition."""
        # The index of a partitioned table is none that can be scanned: its parts are.
        own = {index.name, *looked.parts.get(index.name, ())}
        return not self.unordered and not self.indexes.isdisjoint(own)


def nearest(looked: VectorColumn, index: VectorIndex, where: Sequence[str], limit: int = 10) -> str:
    """Return the query for the nearest neighbours of a vector, of rows that meet conditions."""
    vector = looked.example(index.type, looked.dimensions_of(index))
    operator = looked.operator(index.distance)
    return (
        f"select tableoid, ctid from {looked.source} where {joined(where)}"
        f" order by {index.expression} {operator} {vector} limit {limit}"
    )


def asked(query: str, looked: VectorColumn) -> tuple[str, ...]:
    """Return a query of the user's as one statement, and some vector if it has a place for one."""
    type_ = looked.require_vectors()
    vector = looked.example(type_.name, type_.dimensions).partition("'::")[0].lstrip("'")
    return (query.strip().rstrip(";"), *([vector] if "$1" in query else []))


def willing(reader: Reader) -> None:
    """Let the planner take an index although a table is small, for this transaction."""
    reader.row(_WILLING)


def exhaustive(reader: Reader) -> None:
    """Have all rows searched, with no index, for this transaction."""
    reader.row(_EXHAUSTIVE)


def plan_of(reader: Reader, query: str, parameters: tuple[str, ...] = ()) -> Plan:
    """Return the plan of a query on an open transaction; its `$1` … are given as texts.

    Nothing is run. Raises Refused when the server cannot plan it.
    """
    willing(reader)
    row = reader.row(f"explain (verbose, costs off, format json) {query}", *parameters)
    assert row is not None
    found = row[0] if isinstance(row[0], list) else json.loads(row[0])
    nodes = list(_nodes(found[0]["Plan"]))
    ordering = frozenset(
        # An index is in the schema of its table.
        quoted(node["Schema"], node["Index Name"])
        for node in nodes
        if _orders(node)
    )
    shape = " > ".join(_shown(node) for node in nodes)
    return Plan(ordering, frozenset(_unordered(nodes)), shape)


def _orders(node: dict[str, Any]) -> bool:
    return "Index Name" in node and "Order By" in node


def _unordered(nodes: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the tables that are read beside others of which an index gives the order."""
    for node in nodes:
        # The parts of a table are read directly; those of a union have a query around each.
        parts = node["Plans"] if node["Node Type"] in ("Append", "Merge Append") else []
        for part in parts if any(map(_orders, parts)) else ():
            if not _orders(part):
                yield from (one["Relation Name"] for one in _nodes(part) if "Relation Name" in one)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _shown(node: dict[str, Any]) -> str:
    kind = node["Node Type"]
    if "Index Name" in node:
        return f"{kind} using {node['Index Name']}"
    return f"{kind} on {node['Relation Name']}" if "Relation Name" in node else str(kind)
