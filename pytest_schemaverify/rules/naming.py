import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

if TYPE_CHECKING:
    from pytest_schemaverify.language.rules import NamingRule

USE = Use(category="table structures", exempting=True)


def check(expected: "NamingRule", catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Names are as the patterns say."""
    for kind, pattern in expected.patterns:
        for row in catalog.families[kind].values():
            # search, so that a pattern decides by ^ and $ itself what has to match.
            if row.schema in scope and not re.search(pattern, row.name):
                yield Finding(
                    expected=f"a name of {kind} like {pattern}",
                    actual=row.name,
                    subject=quoted(*(part for part in (row.schema, _table(row), row.name) if part)),
                )


def _table(row: object) -> str:
    return str(getattr(row, "table", ""))
