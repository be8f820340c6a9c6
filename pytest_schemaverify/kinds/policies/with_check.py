from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql.names import quoted


def check(expected: str, actual: Policy, same: Same) -> Iterator[Finding]:
    """The policy has the declared expression for rows to be written."""
    found = actual.with_check
    policy = f"{quoted(actual.name)} on {quoted(actual.schema, actual.table)}"
    if expected == "absent":
        # There is no fix: ALTER POLICY gives a policy another expression, and takes none away.
        if found is not None:
            yield Finding(expected="no with check expression", actual=found)
    elif actual.command in ("select", "delete"):
        yield Finding(
            expected=expected,
            actual="no with check expression",
            hint=f"a policy for {actual.command} can have none; it writes no row",
        )
    elif not _holds(expected, actual, same):
        yield Finding(
            expected=expected,
            actual=found or _instead(actual),
            fix=f"alter policy {policy} with check ({expected});",
        )


def _holds(expected: str, actual: Policy, same: Same) -> bool:
    # Without a with check expression, the server checks new rows by the using expression.
    effective = actual.using if actual.with_check is None else actual.with_check
    return effective is not None and same(expected, effective)


def _instead(actual: Policy) -> str:
    if actual.using is None:
        return "no with check expression"
    return f"no with check expression, so using counts: {actual.using}"
