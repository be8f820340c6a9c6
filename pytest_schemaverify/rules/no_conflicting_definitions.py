from collections.abc import Iterator

from pytest_schemaverify.findings import Finding, side_by_side
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.static import Analysis
from pytest_schemaverify.migrations.static.statement import Conflict
from pytest_schemaverify.sql.secrets import masked

USE = Use(category="table structures", exempting=True)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Nothing is defined a second time, and differently, while the first definition holds."""
    for conflict in analysis.conflicts:
        effect = "the second is skipped, without an error" if conflict.skipped else "this one fails"
        yield Finding(
            subject=conflict.name,
            expected=f"one definition of the {conflict.kind}",
            actual=f"a second one that differs; {effect}\n{_both(conflict)}",
            place=str(conflict.second),
            hint=_later(conflict),
        )


def _both(conflict: Conflict) -> str:
    """Return both definitions, of a table those parts that differ."""
    first, second = conflict.first.short, conflict.second.short
    # "" is the only part of what is compared as a whole: an index, a policy, a function.
    if [part for part, _, _ in conflict.differences] != [""]:
        rows = [(part, masked(left), masked(right)) for part, left, right in conflict.differences]
        return side_by_side(rows, (first, second))
    before, after = (_cut(text) for text in conflict.differences[0][1:])
    width = max(len(first), len(second))
    return f"{first:<{width}}  {before}\n{second:<{width}}  {after}"


def _cut(text: str, width: int = 160) -> str:
    # Masked before it is cut, or half of a secret would not be recognised.
    return masked(text) if len(text) <= width else f"{masked(text)[: width - 1]}…"


def _later(conflict: Conflict) -> str:
    listed = ", ".join(f"{what} at {place.short}" for what, place in conflict.later)
    return f"what follows in the file meets the first definition: {listed}" if listed else ""
