from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.domain_checks.row import DomainCheck


def check(
    expected: str, actual: DomainCheck, catalog: Catalog, server: Canonical
) -> Iterator[Finding]:
    """The check of the domain is the declared expression."""
    domain = catalog.find("types", (actual.schema, actual.domain))
    # Inside of it the value is called VALUE, so the server is asked over a column of that name.
    columns = [("value", domain.base if domain else "text")]
    if not server.same_expression(expected, actual.expression, "domain", columns):
        yield Finding(expected=expected, actual=actual.expression)
