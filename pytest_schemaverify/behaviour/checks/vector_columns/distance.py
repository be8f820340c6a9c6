from collections.abc import Callable, Iterator

from pytest_schemaverify.behaviour.vectors import Plan, VectorColumn, nearest
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.vector_types import (
    MOST_DIMENSIONS,
    OPERATORS,
    VectorIndex,
    operator_class,
)


def check(expected: str, looked: VectorColumn, plan: Callable[..., Plan]) -> Iterator[Finding]:
    """A valid index serves the declared distance, and the server can answer a query with it."""
    type_ = looked.type
    if type_ is None:
        yield Finding(
            expected=f"vectors, for {expected}", actual=f"no vector: {looked.column.type}"
        )
        return
    wanted = f"a valid index with {operator_class(type_.name, expected)} (operator {_op(expected)})"
    if not looked.usable:
        actual = "; ".join(_shown(one) for one in looked.indexes) or "no vector index"
        yield Finding(expected=wanted, actual=actual, hint=_hint(looked), fix=_fix(looked))
        return
    plans = [(one, plan(nearest(looked, one, looked.conditions(one)))) for one in looked.usable]
    # Of two that serve the same queries the server takes one.
    if not any(found.uses(one, looked) for _, found in plans for one in looked.usable):
        first, found = plans[0]
        yield Finding(
            expected=f"neighbours by {first.index.name}",
            actual=f"the plan is {found.shape}",
            hint=found.told,
        )


def _op(distance: str) -> str:
    return OPERATORS[distance]


def _shown(one: VectorIndex) -> str:
    state = f", only for queries with {one.index.where}" if one.index.where else ""
    state += "" if one.index.valid else ", which is not valid"
    return f"{one.index.name} with {one.operator_class} (operator {_op(one.distance)}){state}"


def _fix(looked: VectorColumn) -> str:
    type_ = looked.require_vectors()
    if looked.serving:
        return ""  # an invalid index is dropped and built again, and only then
    # The server would refuse the index, so there is no statement to propose.
    if not 0 < type_.dimensions <= MOST_DIMENSIONS.get(type_.name, 0):
        return ""
    named = operator_class(type_.name, looked.distance)
    prefix = f"{looked.schema}." if looked.schema else ""
    return f"create index on {looked.table} using hnsw ({looked.name} {prefix}{named});"


def _hint(looked: VectorColumn) -> str:
    if looked.serving:
        name = looked.serving[0].index.name
        return f"creating it was interrupted or failed: drop index {name}, and create it again"
    if looked.suitable:
        return (
            "a query without this condition reads the whole table; if all of yours have it, say so "
            f"beside `distance`: `where: {looked.suitable[0].index.where}`"
        )
    type_ = looked.require_vectors()
    most = MOST_DIMENSIONS.get(type_.name)
    if not type_.dimensions:
        return "an index needs a number of dimensions: declare it in the column's type, or cast"
    if most is None or type_.dimensions <= most:
        return ""
    half = MOST_DIMENSIONS["halfvec"]
    if type_.name == "vector" and type_.dimensions <= half:
        cast = f"({looked.name}::{looked.schema}.halfvec({type_.dimensions}))"
        named = operator_class("halfvec", looked.distance)
        return (
            f"no index takes {type_.name} above {most} dimensions; index and search by the cast "
            f"{cast} with {named}, up to {half}"
        )
    return f"no index takes {type_.name} above {most} dimensions"
