from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.catalog import Policy
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: str, actual: Policy, same: Same) -> Iterator[Finding]:
    """The policy has the declared expression for rows that are there."""
    found = actual.using
    if expected == "absent":
        if found is not None:
            yield Finding(expected="no using expression", actual=found)
    elif found is None or not same(expected, found):
        policy = f"{quoted(actual.name)} on {quoted(actual.schema, actual.table)}"
        yield Finding(
            expected=expected,
            actual=found or "no using expression",
            fix=f"alter policy {policy} using ({expected});",
        )
