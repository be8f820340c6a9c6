"""The parts of range types."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.kind import Kind, Subject


def _of_type(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    type_ = catalog.find("types", subject.key)
    return type_ and type_.range


FAMILY = Kind(
    category="table structures",
    mark="types",
    noun="range type",
    exists="The type is a range type.",
    families=("types",),
    row_kind="range",
    find=_of_type,
)
