"""Sequences."""

from pytest_schemaverify.kinds.keys import in_schema, schema_pattern
from pytest_schemaverify.kinds.kind import Kind, with_schema

FAMILY = Kind(
    category="table structures",
    noun="sequence",
    families=("sequences",),
    key=in_schema,
    pattern=schema_pattern,
    own_name=with_schema,
    in_schemas=True,
    # That of a serial or identity column is made and dropped with the column.
    dependent=lambda row: bool(row.owned_by),
)
