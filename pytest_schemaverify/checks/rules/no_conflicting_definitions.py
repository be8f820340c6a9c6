from collections.abc import Iterator

from pytest_schemaverify.findings import Finding, side_by_side
from pytest_schemaverify.migrations.static import Analysis
from pytest_schemaverify.migrations.static.follow import Conflict


def check(analysis: Analysis) -> Iterator[Finding]:
    """Nothing is defined a second time, and differently, while the first definition holds."""
    for conflict in analysis.conflicts:
        titles = (conflict.first.short, conflict.second.short)
        effect = "the second is skipped, without an error" if conflict.skipped else "this one fails"
        yield Finding(
            subject=conflict.name,
            expected=f"one definition of the {conflict.kind}",
            actual=f"a second one that differs; {effect}\n"
            + side_by_side(conflict.differences, titles),
            place=str(conflict.second),
            hint=_later(conflict),
        )


def _later(conflict: Conflict) -> str:
    listed = ", ".join(f"{what} (line {place.position.line})" for what, place in conflict.later)
    return f"what follows in the file meets the first definition: {listed}" if listed else ""
