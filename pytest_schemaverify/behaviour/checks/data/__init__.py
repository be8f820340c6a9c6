"""What holds for the rows of a table or view."""

from pytest_schemaverify.kinds.keys import in_schema, schema_pattern
from pytest_schemaverify.kinds.kind import Kind, with_schema
from pytest_schemaverify.kinds.names_in_sql import relation

FAMILY = Kind(
    category="data integrity",
    expecting=True,
    of_schema=False,
    noun="table or view",
    families=("tables", "views"),
    key=in_schema,
    pattern=schema_pattern,
    own_name=with_schema,
    in_sql=relation,
    in_schemas=True,
)
