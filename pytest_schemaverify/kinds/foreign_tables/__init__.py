"""Where the rows of foreign tables are."""

from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="foreign data",
    mark="foreign",
    noun="foreign table",
    exists="The table is a foreign table.",
    families=("foreign_tables",),
)
