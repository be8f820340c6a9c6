from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding

from .naming import own_name


def check(
    routines: frozenset[str], catalog: Catalog, scope: frozenset[str]
) -> Iterator[Finding]:  # fmt: skip
    """No function but those that are named runs with the rights of its owner."""
    for function in catalog.families["functions"].values():
        name = own_name(function)
        if function.security == "definer" and function.schema in scope and name not in routines:
            yield Finding(
                expected="no other function that is security definer",
                actual="security definer",
                subject=name,
                fix=function.altered("security invoker"),
            )
