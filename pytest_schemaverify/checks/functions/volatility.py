from collections.abc import Iterator

from pytest_schemaverify.catalog import Function
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: str, actual: Function) -> Iterator[Finding]:
    """The function is as volatile as declared."""
    if actual.volatility == expected:
        return
    name = f"{quoted(actual.schema, actual.name)}({actual.arguments})"
    if actual.kind == "procedure":
        yield Finding(expected=expected, actual="volatile", hint="a procedure is always volatile")
    else:
        yield Finding(
            expected=expected, actual=actual.volatility, fix=f"alter function {name} {expected};"
        )
