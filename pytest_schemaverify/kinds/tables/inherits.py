from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import qualified, quoted


def check(expected: list[str], actual: Table, schema: str) -> Iterator[Finding]:
    """The table inherits from the declared tables and from no others."""
    wanted = sorted(quoted(*qualified(name, schema)) for name in expected)
    if wanted != sorted(actual.inherits):
        yield Finding(expected=_inherits_clause(wanted), actual=_inherits_clause(actual.inherits))


def _inherits_clause(parents: list[str] | tuple[str, ...]) -> str:
    return f"inherits ({', '.join(parents)})" if parents else "inherits from no table"
