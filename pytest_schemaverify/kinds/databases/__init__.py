"""The database itself."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.kind import Kind, Subject, as_written


def _database(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    # A snapshot is of one database, and the entry does not name it.
    return next(iter(catalog.families["databases"].values()), None)


FAMILY = Kind(
    category="database",
    mark="tables",
    noun="database",
    families=("databases",),
    find=_database,
    shown=as_written,
)
