from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.sql.names import quoted

from .statements import silent, switched_on


def check(expected: bool, actual: Constraint) -> Iterator[Finding]:
    """Rows that refer to nothing are refused, or are not."""
    if actual.in_force == expected:
        return
    alter = f"alter table {quoted(actual.schema, actual.table)} alter constraint"
    # The key says that it is enforced, so only its triggers are off: altering it changes nothing.
    if actual.enforced and expected:
        fix = switched_on(actual)
    else:
        fix = f"{alter} {quoted(actual.name)} {'enforced' if expected else 'not enforced'};"
    yield Finding(
        expected="enforced" if expected else "not enforced",
        actual="enforced" if actual.in_force else f"not enforced{silent(actual)}",
        fix=fix,
    )
