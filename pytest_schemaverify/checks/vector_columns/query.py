from collections.abc import Callable, Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.vectors import Looked, Plan


def check(expected: str, looked: Looked, plan: Callable[..., Plan]) -> Iterator[Finding]:
    """The server can answer the declared query in the order of an index of the column."""
    type_ = looked.require_vectors()
    literal = looked.example(type_.name, type_.dimensions).partition("'::")[0].lstrip("'")
    found = plan(expected.strip().rstrip(";"), *([literal] if "$1" in expected else []))
    indexes = {one.index.name for one in looked.serving}
    if not found.indexes & indexes and not (found.indexes and _partitioned(looked)):
        named = ", ".join(sorted(indexes)) or "an index of the column"
        yield Finding(
            expected=f"neighbours by {named}",
            actual=f"the plan is {found.shape}",
            hint=_hint(expected, looked),
        )


def _partitioned(looked: Looked) -> bool:
    """Return whether the indexes that are used belong to partitions, and are called otherwise."""
    return any(one.index.table == looked.column.table for one in looked.serving)


def _hint(query: str, looked: Looked) -> str:
    if not looked.serving:
        return ""
    one = looked.serving[0]
    operator = looked.operator(one.distance).rpartition(".")[2].rstrip(")")
    if operator not in query:
        return f"the index is for the operator {operator}"
    return (
        f"an index gives the order of `order by {one.expression} {operator} …`, ascending, with a "
        "limit; not of an expression around it"
    )
