from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.sql.names import quoted


def check(expected: str, actual: Column) -> Iterator[Finding]:
    """The column takes its values from an identity, in the declared way."""
    found = actual.identity or "absent"
    if found == expected:
        return
    change = "" if actual.default else f"add generated {expected} as identity"
    risk = "" if actual.identity else " -- starts at 1, also where there are rows"
    if expected == "absent":
        change, risk = "drop identity", ""
    elif actual.identity:
        change = f"set generated {expected}"
    table, column = quoted(actual.schema, actual.table), quoted(actual.name)
    yield Finding(
        expected=_identity_clause(expected),
        actual=_identity_clause(found) + (f", default {actual.default}" if actual.default else ""),
        fix=f"alter table {table} alter column {column} {change};{risk}" if change else "",
    )


def _identity_clause(identity: str) -> str:
    return "no identity" if identity == "absent" else f"generated {identity} as identity"
