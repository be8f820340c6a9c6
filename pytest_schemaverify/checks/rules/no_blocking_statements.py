from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.migrations.static import Analysis
from pytest_schemaverify.migrations.static.hazards import APPROVAL


def check(expected: Any, analysis: Analysis, catalog: Catalog) -> Iterator[Finding]:
    """No statement keeps a table of an earlier file locked while it reads or rewrites it."""
    version = expected.postgres or catalog.version // 10000
    for hazard in analysis.locks:
        if not hazard.approved and version < hazard.below:
            yield Finding(
                subject=hazard.object,
                expected="a statement that lets others work meanwhile",
                actual=f"{hazard.what}: {hazard.effect}",
                place=str(hazard.place),
                hint=hazard.instead
                or f"say in the line above why it is right: {APPROVAL} <reason>",
            )
