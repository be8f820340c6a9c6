"""Whether the server can answer a query in the order of a vector index."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.catalog import VectorIndex
from pytest_schemaverify.reading import Reader

from .column import Looked

_WILLING = (
    "select pg_catalog.set_config('enable_seqscan', 'off', true),"
    " pg_catalog.set_config('enable_sort', 'off', true),"
    " pg_catalog.set_config('enable_bitmapscan', 'off', true),"
    " pg_catalog.set_config('jit', 'off', true)"
)
"""What makes the planner take an ordered index if there is any, however few rows there are."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the server would answer a query."""

    indexes: frozenset[str]
    """Names of the indexes that give it the order."""
    shape: str
    """Its nodes, outermost first: `Limit > Sort > Seq Scan on memories`."""


def nearest(looked: Looked, index: VectorIndex, vector: str = "", limit: str = "10") -> str:
    """Return the query for the nearest neighbours of a vector by what an index holds."""
    vector = vector or looked.example(index.type, looked.dimensions_of(index))
    where = f" where {index.index.where}" if index.index.where else ""
    operator = looked.operator(index.distance)
    return (
        f"select tableoid, ctid from {looked.table}{where}"
        f" order by {index.expression} {operator} {vector} limit {limit}"
    )


def willing(reader: Reader) -> None:
    """Let the planner take an index although a table is small, for this transaction."""
    reader.row(_WILLING)


def plan_of(reader: Reader, query: str, parameters: tuple[str, ...] = ()) -> Plan:
    """Return the plan of a query on an open transaction; its `$1` … are given as texts.

    Nothing is run. Raises Refused when the server cannot plan it.
    """
    willing(reader)
    row = reader.row(f"explain (costs off, format json) {query}", *parameters)
    assert row is not None
    found = row[0] if isinstance(row[0], list) else json.loads(row[0])
    nodes = list(_nodes(found[0]["Plan"]))
    ordering = frozenset(node["Index Name"] for node in nodes if _orders(node))
    shape = " > ".join(_shown(node) for node in nodes)
    return Plan(ordering, shape)


def _orders(node: dict[str, Any]) -> bool:
    return "Index Name" in node and "Order By" in node


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _shown(node: dict[str, Any]) -> str:
    kind = node["Node Type"]
    if "Index Name" in node:
        return f"{kind} using {node['Index Name']}"
    return f"{kind} on {node['Relation Name']}" if "Relation Name" in node else str(kind)
