from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.storage import differing
from pytest_schemaverify.kinds.tablespaces.row import Tablespace
from pytest_schemaverify.sql.names import quoted

FIELD = "options"


def check(expected: dict[str, object], actual: Tablespace) -> Iterator[Finding]:
    """The tablespace has the declared parameters."""
    return differing(expected, actual.options, alter=f"alter tablespace {quoted(actual.name)}")
