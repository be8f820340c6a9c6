from collections.abc import Iterator

from pytest_schemaverify import names
from pytest_schemaverify.catalog import Trigger
from pytest_schemaverify.findings import Finding


def check(expected: str, actual: Trigger, schema: str) -> Iterator[Finding]:
    """The trigger calls the declared function, with the declared arguments."""
    if _parts(expected, schema) != _parts(actual.function, schema):
        yield Finding(expected=expected, actual=actual.function)


def _parts(text: str, schema: str) -> tuple[tuple[str, str], tuple[str, ...] | None]:
    name, arguments = names.signature(text)
    return names.qualified(name, schema), arguments
