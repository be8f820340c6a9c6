from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.checks.granting import granting, listed
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted
from pytest_schemaverify.objects import Subject


def check(
    expected: frozenset[str], actual: Row, subject: Subject, catalog: Catalog
) -> Iterator[Finding]:
    """Nothing on the object is granted to other roles than those named, the owner aside."""
    on = granting(subject, actual, catalog)
    for role in sorted(on.direct.keys() - expected - {on.owner}):
        held = on.ordered(on.direct[role])
        yield Finding(
            subject="public" if role == "public" else quoted(role),
            expected="nothing is granted to it",
            actual=listed(held),
            fix=on.revoke(held, role),
        )
