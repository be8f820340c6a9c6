from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.catalog import Policy
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: str, actual: Policy, same: Same) -> Iterator[Finding]:
    """The policy has the declared expression for rows to be written."""
    found = actual.with_check
    if expected == "absent":
        if found is not None:
            yield Finding(expected="no with check expression", actual=found)
    elif found is None or not same(expected, found):
        policy = f"{quoted(actual.name)} on {quoted(actual.schema, actual.table)}"
        yield Finding(
            expected=expected,
            actual=found or "no with check expression",
            fix=f"alter policy {policy} with check ({expected});",
        )
