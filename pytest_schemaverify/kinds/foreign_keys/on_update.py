from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint

from .statements import replaced


def check(expected: str, actual: Constraint) -> Iterator[Finding]:
    """The declared action is taken when the referenced key changes."""
    if actual.on_update != expected:
        fix = replaced(actual._replace(on_update=expected))
        yield Finding(expected=expected, actual=actual.on_update, fix=fix)
