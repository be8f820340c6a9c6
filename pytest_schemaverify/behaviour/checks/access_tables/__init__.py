"""Who reaches which rows of a table or view."""

from pytest_schemaverify.kinds.keys import in_schema
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="access",
    mark="access",
    noun="table or view",
    families=("tables", "views"),
    key=in_schema,
)
