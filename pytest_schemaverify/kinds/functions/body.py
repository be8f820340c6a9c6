from collections.abc import Iterator

from pytest_schemaverify.canonical import body_hash
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Function


def check(expected: str, actual: Function) -> Iterator[Finding]:
    """The text of the function is the one that has the declared hash."""
    found = body_hash(actual.source)
    if found != expected.strip().lower():
        given = expected.strip().lower()
        short = given.startswith("sha256:") and len(given) < len(found)
        yield Finding(
            expected=expected,
            actual=found,
            hint="a hash has 64 digits" if short else "",
        )
