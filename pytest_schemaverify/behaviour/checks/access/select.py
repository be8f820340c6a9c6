from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.behaviour.access.judgement import judged
from pytest_schemaverify.behaviour.access.trying.attempts import Observed
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

USE = Use(copied=True)


def check(expected: Any, observed: Observed) -> Iterator[Finding]:
    """The identity sees the rows that it is expected to, and no others."""
    yield from judged(expected, observed, "select")
