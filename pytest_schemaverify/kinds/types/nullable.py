from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.types.row import Type
from pytest_schemaverify.sql.names import quoted


def check(expected: bool, actual: Type) -> Iterator[Finding]:
    """The domain accepts NULL, or does not."""
    if actual.kind != "domain":
        yield Finding(expected="a domain", actual=f"{actual.kind} type")
    elif actual.nullable != expected:
        verb = "drop" if expected else "set"
        yield Finding(
            expected="null" if expected else "not null",
            actual="null" if actual.nullable else "not null",
            fix=f"alter domain {quoted(actual.schema, actual.name)} {verb} not null;",
        )
