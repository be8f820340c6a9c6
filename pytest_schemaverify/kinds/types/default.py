from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.types.row import Type
from pytest_schemaverify.sql import secrets
from pytest_schemaverify.sql.names import quoted


def check(expected: str, actual: Type, server: Canonical) -> Iterator[Finding]:
    """The domain has the declared default."""
    found = actual.default
    if actual.kind != "domain":
        yield Finding(expected="a domain", actual=f"{actual.kind} type")
        return
    if expected == "absent":
        same = found is None
    else:
        same = found is not None and server.same_default(expected, found, actual.base)
    if not same:
        name = actual.name
        change = "drop default" if expected == "absent" else f"set default {expected}"
        yield Finding(
            expected="no default" if expected == "absent" else secrets.default(name, expected),
            actual=secrets.default(name, found or "no default"),
            fix=f"alter domain {quoted(actual.schema, actual.name)} {change};",
        )
