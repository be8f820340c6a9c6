from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.published_tables.row import PublishedTable
from pytest_schemaverify.sql.names import quoted


def check(expected: list[str], actual: PublishedTable) -> Iterator[Finding]:
    """The declared columns of the table are published, and no others."""
    wanted = sorted(map(as_name, expected))
    # There is no fix: `alter publication … set table` would have to name all other tables, too.
    if wanted != sorted(actual.columns):
        yield Finding(
            expected=", ".join(map(quoted, wanted)) or "all columns",
            actual=", ".join(map(quoted, sorted(actual.columns))) or "all columns",
        )
