from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.indexes.row import Index
from pytest_schemaverify.sql.names import quoted


def check(expected: list[str], actual: Index) -> Iterator[Finding]:
    """The index stores the declared columns beside its keys, and no others."""
    wanted = [as_name(column) for column in expected]
    if sorted(wanted) != sorted(actual.include):
        yield Finding(expected=_include_clause(wanted), actual=_include_clause(actual.include))


def _include_clause(columns: list[str] | tuple[str, ...]) -> str:
    return f"include ({', '.join(map(quoted, columns))})" if columns else "no include"
