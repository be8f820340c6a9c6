from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.subscriptions.row import Subscription
from pytest_schemaverify.sql.names import quoted


def check(expected: list[str], actual: Subscription) -> Iterator[Finding]:
    """The subscription is for the declared publications, and no others."""
    wanted = sorted(map(as_name, expected))
    if wanted != sorted(actual.publications):
        yield Finding(
            expected=", ".join(map(quoted, wanted)),
            actual=", ".join(map(quoted, sorted(actual.publications))),
        )
