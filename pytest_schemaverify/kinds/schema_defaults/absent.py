from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject, Use
from pytest_schemaverify.kinds.made import told

USE = Use(presence="absent")


def check(subject: Subject, catalog: Catalog) -> Iterator[Finding]:
    """The role has no default privileges in the schema."""
    found = catalog.families["default_privileges"].items()
    own = ((key, row) for key, row in found if key[:2] == subject.key[:2])
    yield from told(own, "", "no default privileges")
