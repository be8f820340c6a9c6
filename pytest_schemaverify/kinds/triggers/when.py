from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.triggers.row import Trigger


def check(expected: str, actual: Trigger, same_condition: Same) -> Iterator[Finding]:
    """The trigger has the declared condition."""
    found = actual.when
    if expected == "absent":
        if found is not None:
            yield Finding(expected="no condition", actual=f"when {found}")
    elif found is None or not same_condition(expected, found):
        yield Finding(
            expected=f"when {expected}", actual=f"when {found}" if found else "no condition"
        )
