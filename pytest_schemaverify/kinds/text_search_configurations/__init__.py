"""Text search configurations."""

from pytest_schemaverify.kinds.keys import in_schema, schema_pattern
from pytest_schemaverify.kinds.kind import Kind, with_schema

FAMILY = Kind(
    category="table structures",
    mark="types",
    noun="text search configuration",
    families=("text_search_configurations",),
    key=in_schema,
    pattern=schema_pattern,
    own_name=with_schema,
    in_schemas=True,
    # Event triggers hear of them, but nothing writes down what a statement changes.
    statements=r"text\s+search\s+configuration",
)
