from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql.names import quoted


def check(expected: str, actual: Policy, same: Same) -> Iterator[Finding]:
    """The policy has the declared expression for rows that are there."""
    found = actual.using
    policy = f"{quoted(actual.name)} on {quoted(actual.schema, actual.table)}"
    if expected == "absent":
        # There is no fix: ALTER POLICY gives a policy another expression, and takes none away.
        if found is not None:
            yield Finding(expected="no using expression", actual=found)
    elif actual.command == "insert":
        yield Finding(
            expected=expected,
            actual="no using expression",
            hint="a policy for insert can have none; say `with_check`, and `using: absent`",
        )
    elif found is None or not same(expected, found):
        yield Finding(
            expected=expected,
            actual=found or "no using expression",
            fix=f"alter policy {policy} using ({expected});",
        )
