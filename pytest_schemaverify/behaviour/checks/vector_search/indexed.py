from collections.abc import Iterator, Mapping

from pytest_schemaverify.behaviour.vectors import Search
from pytest_schemaverify.findings import Finding


def check(expected: bool, search: Search, scans: Mapping[str, int]) -> Iterator[Finding]:
    """A call of the search function scans an index for the column's distance."""
    used = any(scans.values())
    if used != expected:
        named = ", ".join(scans) or search.looked.without_index()
        yield Finding(
            expected="an index scan" if expected else "no index scan",
            actual=f"{'none' if expected else 'one'} of {named}" if scans else named,
            subject=search.name,
            hint=_hint(search) if expected and scans else "",
        )


def _hint(search: Search) -> str:
    one = search.looked.usable[0]
    operator = search.looked.operator(one.distance).rpartition(".")[2].rstrip(")")
    body = search.function.source
    if operator not in body:
        return f"its body does not use the operator of the index, {operator}"
    if one.index.where:
        return f"the index is only for queries with {one.index.where}"
    return (
        f"it has to be ordered by `{search.looked.column.name} {operator} …` itself, ascending, "
        "with a limit"
    )
