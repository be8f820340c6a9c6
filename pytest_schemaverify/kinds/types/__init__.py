"""Enums, domains, composite, range and base types, and shells of types."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.keys import in_schema, schema_pattern
from pytest_schemaverify.kinds.kind import Kind, with_schema
from pytest_schemaverify.sql.names import quoted


def _in_sql(row: Row) -> str:
    return f"{'domain' if row.kind == 'domain' else 'type'} {quoted(row.schema, row.name)}"


FAMILY = Kind(
    category="table structures",
    noun="type",
    families=("types",),
    key=in_schema,
    pattern=schema_pattern,
    own_name=with_schema,
    in_sql=_in_sql,
    in_schemas=True,
)
