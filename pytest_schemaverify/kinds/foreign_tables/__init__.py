"""The servers and options of foreign tables."""

from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="foreign data",
    mark="foreign",
    noun="foreign table",
    exists="The table is a foreign table.",
    families=("foreign_tables",),
)
