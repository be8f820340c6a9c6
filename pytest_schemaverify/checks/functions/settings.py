from collections.abc import Iterator

from pytest_schemaverify.catalog import Function
from pytest_schemaverify.checks.setting import Parameters, Setting, compared
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: Setting, actual: Function, parameters: Parameters) -> Iterator[Finding]:
    """The function runs with the declared setting."""
    name = f"{actual.kind} {quoted(actual.schema, actual.name)}({actual.arguments})"
    yield from compared(expected, actual.settings, f"alter {name}", parameters)
