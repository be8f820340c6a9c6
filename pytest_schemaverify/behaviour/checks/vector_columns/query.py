from collections.abc import Callable, Iterator

from pytest_schemaverify.behaviour.vectors import Plan, VectorColumn, asked
from pytest_schemaverify.findings import Finding


def check(expected: str, looked: VectorColumn, plan: Callable[..., Plan]) -> Iterator[Finding]:
    """The server can answer the declared query in the order of an index of the column."""
    found = plan(*asked(expected, looked))
    if not any(found.uses(one, looked) for one in looked.suitable):
        named = ", ".join(sorted(one.index.name for one in looked.suitable))
        yield Finding(
            expected=f"neighbours by {named or 'an index of the column'}",
            actual=f"the plan is {found.shape}",
            hint=found.told or _hint(expected, looked),
        )


def _hint(query: str, looked: VectorColumn) -> str:
    if not looked.suitable:
        return ""
    one = looked.suitable[0]
    operator = looked.operator(one.distance).rpartition(".")[2].rstrip(")")
    if operator not in query:
        return f"the index is for the operator {operator}"
    if len(looked.suitable) == 1 and one.index.where:
        return f"the index is only for queries with {one.index.where}"
    return (
        f"an index gives the order of `order by {one.expression} {operator} …`, ascending, with a "
        "limit; not of an expression around it"
    )
