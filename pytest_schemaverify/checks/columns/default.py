from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Column
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: str, actual: Column, server: Canonical) -> Iterator[Finding]:
    """The column has the declared default."""
    column = f"alter table {quoted(actual.schema, actual.table)} alter column {quoted(actual.name)}"
    if expected == "absent":
        if actual.default is not None:
            yield Finding(
                expected="no default", actual=actual.default, fix=f"{column} drop default;"
            )
    elif actual.default is None:
        yield Finding(
            expected=expected, actual="no default", fix=f"{column} set default {expected};"
        )
    elif not server.same_default(expected, actual.default, actual.type):
        yield Finding(
            expected=expected, actual=actual.default, fix=f"{column} set default {expected};"
        )
