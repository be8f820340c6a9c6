from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pytest_schemaverify.behaviour.vectors import Counted, Search
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

USE = Use(unmatched="the name of an argument")
TRIED = (3, 1, 0)


def check(
    expected: str, search: Search, numbers: Callable[[Sequence[Any], int], Counted]
) -> Iterator[Finding]:
    """The search function returns no more rows than its limit says."""
    found = numbers(TRIED, max(TRIED) + 1).found
    for limit, number in zip(TRIED, found, strict=True):
        if number > limit:
            yield Finding(
                expected=f"at most {limit} rows with {expected} => {limit}",
                actual=f"{number}",
                identity=f"more rows than {limit}",
                subject=search.name,
            )
            return
    if max(found) < 2:  # then a limit of one would leave nothing out
        raise CannotDetermine(
            f"looking at the limit of {search.name}",
            because=f"with {expected} => {TRIED[0]} it returned {found[0]} of the rows",
            remedy=search.more,
        )
