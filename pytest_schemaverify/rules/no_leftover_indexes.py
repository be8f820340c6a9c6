import re
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="indexes", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """No index has the name of one that was left behind: `_ccnew`, `_old`, `_backup`."""
    for index in catalog.families["indexes"].values():
        found = _LEFT.search(index.name)
        if index.schema in scope and found:
            yield Finding(
                expected="a name for something in use",
                actual=f"ends in {found.group()}",
                subject=quoted(index.schema, index.table, index.name),
                hint="left behind by reindex concurrently"
                if "cc" in found.group()
                else "if it is in use, give it a name that says so",
            )


# REINDEX CONCURRENTLY appends a number where the name with _ccnew or _ccold is taken already.
_LEFT = re.compile(r"_(?:cc(?:new|old)\d*|old|bak|backup|unused|deprecated|tmp|temp)$")
