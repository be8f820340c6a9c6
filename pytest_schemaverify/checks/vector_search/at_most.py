from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.vectors import Search


def check(
    expected: int,
    entry: Any,
    search: Search,
    numbers: Callable[[Sequence[Any], int], list[int]],
) -> Iterator[Finding]:
    """The search function returns no more rows than declared, whatever limit it is given."""
    tried = (expected + 1, None)
    for limit, found in zip(tried, numbers(tried, expected + 1), strict=True):
        if found > expected:
            yield Finding(
                expected=f"at most {expected} rows with {entry.limit} => "
                f"{'null' if limit is None else limit}",
                actual=f"{found}",
                identity=f"more than {expected} rows, limit {'null' if limit is None else 'given'}",
                subject=search.name,
                hint="cut it off in the function: limit least(…, …)",
            )
            return
