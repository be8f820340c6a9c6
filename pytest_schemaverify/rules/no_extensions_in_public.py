from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="table structures", exempting=True)


def check(catalog: Catalog) -> Iterator[Finding]:
    """No extension is installed in the schema `public`."""
    for extension in catalog.families["extensions"].values():
        if extension.schema == "public":
            yield Finding(
                expected="a schema of its own, such as extensions",
                actual="public",
                subject=quoted(extension.name),
                # Not every extension can be moved: PostGIS 2.3 and newer cannot.
                hint=f"alter extension {quoted(extension.name)} set schema extensions; "
                "if it is relocatable",
            )
