from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.statistics.row import Statistics


def check(expected: list[str], actual: Statistics) -> Iterator[Finding]:
    """The statistics are of the declared kinds, and no others."""
    wanted = {kind.lower() for kind in expected}
    if wanted != set(actual.kinds):
        yield Finding(expected=", ".join(sorted(wanted)), actual=", ".join(sorted(actual.kinds)))
