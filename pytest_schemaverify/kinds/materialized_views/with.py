from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.storage import differing
from pytest_schemaverify.kinds.views.row import View
from pytest_schemaverify.sql.names import quoted


def check(expected: dict[str, object], actual: View) -> Iterator[Finding]:
    """The materialized view has the declared storage parameters; others may be set too."""
    alter = f"alter materialized view {quoted(actual.schema, actual.name)}"
    return differing(expected, actual.options, alter=alter)
