from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.checks.granting import granting, listed
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted
from pytest_schemaverify.objects import Subject


def check(
    unnamed_clients: frozenset[str], actual: Row, subject: Subject, catalog: Catalog
) -> Iterator[Finding]:
    """Nothing on the object is granted to a role of clients that is not named."""
    on = granting(subject, actual, catalog)
    for role in sorted(on.direct.keys() & unnamed_clients - {on.owner}):
        held = on.ordered(on.direct[role])
        yield Finding(
            subject=quoted(role),
            expected="nothing is granted to it, as no privileges are named",
            actual=listed(held),
            fix=on.revoke(held, role),
        )
