from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Function


def check(expected: str, actual: Function) -> Iterator[Finding]:
    """The function is as volatile as declared."""
    if actual.volatility == expected:
        return
    if actual.kind == "procedure":
        yield Finding(expected=expected, actual="volatile", hint="a procedure is always volatile")
    else:
        fix = actual.altered(expected)
        yield Finding(expected=expected, actual=actual.volatility, fix=fix)
