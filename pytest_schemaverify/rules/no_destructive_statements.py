from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.static import Analysis
from pytest_schemaverify.migrations.static.hazards import APPROVAL

USE = Use(category="migrations", exempting=True)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Nothing that an earlier file made is destroyed without a comment that approves it."""
    for hazard in analysis.destructive:
        if not hazard.approved:
            yield Finding(
                subject=hazard.object,
                expected=f"no {hazard.what} without approval",
                actual=f"{hazard.what}: {hazard.effect}",
                place=str(hazard.place),
                hint=f"if that is right, say why in the line above: {APPROVAL} <reason>",
            )
