from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.static import Analysis
from pytest_schemaverify.migrations.static.hazards import APPROVAL

USE = Use(category="migrations", exempting=True)


_SUPPORTED = 13
"""The oldest version of PostgreSQL that is verified; what holds for it holds for all newer ones."""


def check(expected: Any, analysis: Analysis) -> Iterator[Finding]:
    """No statement keeps a table of an earlier file locked while it reads or rewrites it."""
    version = expected.postgres or _SUPPORTED
    for hazard in analysis.locks:
        # Newer versions only ever need less: a default since 11, a valid check since 12.
        if not hazard.approved and version < hazard.below:
            yield Finding(
                subject=hazard.object,
                expected="a statement that lets others work meanwhile",
                actual=f"{hazard.what}: {hazard.effect}",
                place=str(hazard.place),
                hint=hazard.instead
                or f"say in the line above why it is right: {APPROVAL} <reason>",
            )
