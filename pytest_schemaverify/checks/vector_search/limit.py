from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.vectors import Search

TRIED = (3, 1, 0)


def check(
    expected: str, search: Search, numbers: Callable[[Sequence[Any], int], list[int]]
) -> Iterator[Finding]:
    """The search function returns no more rows than its limit says."""
    for limit, found in zip(TRIED, numbers(TRIED, max(TRIED) + 1), strict=True):
        if found > limit:
            yield Finding(
                expected=f"at most {limit} rows with {expected} => {limit}",
                actual=f"{found}",
                identity=f"more rows than {limit}",
                subject=search.name,
            )
            return
