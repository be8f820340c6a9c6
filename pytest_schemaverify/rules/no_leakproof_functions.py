from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.kind import Use

from .reached import Reached

USE = Use(category="function security", exempting=True)


def check(
    catalog: Catalog, scope: frozenset[str], policy_scope: frozenset[str]
) -> Iterator[Finding]:
    """No function is LEAKPROOF: it would be given rows before policies have left any out."""
    for function in Reached(catalog).functions(scope, policy_scope):
        if function.leakproof:
            yield Finding(
                expected="not leakproof",
                actual="leakproof",
                subject=own_name(function),
                fix=function.altered("not leakproof"),
            )
