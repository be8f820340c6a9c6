from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="function security", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """No function runs with the rights of its owner."""
    for function in catalog.families["functions"].values():
        if function.schema in scope and function.security == "definer":
            name = f"{quoted(function.schema, function.name)}({function.arguments})"
            yield Finding(
                expected="security invoker",
                actual="security definer",
                subject=name,
                fix=function.altered("security invoker"),
            )
