from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pytest_schemaverify.behaviour.vectors import Counted, Search
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding


def check(
    expected: int, entry: Any, search: Search, numbers: Callable[[Sequence[Any], int], Counted]
) -> Iterator[Finding]:
    """The search function returns no more rows than declared, whatever limit it is given."""
    # One more than allowed shows a limit that is passed on as it is; NULL is none at all.
    tried = (expected + 1, None)
    found, made = numbers(tried, expected + 1)
    for limit, number in zip(tried, found, strict=True):
        if number > expected:
            yield Finding(
                expected=f"at most {expected} rows with {entry.limit} => "
                f"{'null' if limit is None else limit}",
                actual=f"{number}",
                identity=f"more than {expected} rows, limit {'null' if limit is None else 'given'}",
                subject=search.name,
                hint="cut it off in the function: limit least(…, …)",
            )
            return
    # Fewer may be all that it found. Its own limit they are if more rows change nothing.
    most = max(found)
    if most < expected and not (made and most and numbers(tried, 2 * made).found == found):
        raise CannotDetermine(
            f"looking at how many rows {search.name} returns at most",
            because=f"with {entry.limit} => {expected + 1} it returned {found[0]}, and with null "
            f"{found[1]}, which may be all that it found",
            remedy=search.more,
        )
