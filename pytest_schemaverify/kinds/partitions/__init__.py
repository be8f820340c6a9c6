"""Partitions of a table."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.keys import schema_pattern
from pytest_schemaverify.kinds.kind import Kind, Subject, with_schema
from pytest_schemaverify.kinds.names_in_sql import relation
from pytest_schemaverify.sql import yaml_names
from pytest_schemaverify.sql.names import quoted


def _beside_table(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    assert parent is not None
    return yaml_names.qualified(text, parent.key[0])


def _is_of(row: Row, parent: Subject | None) -> bool:
    if parent is None or not row.partition_of:  # most tables are none, and each asks of each
        return False
    return bool(row.partition_of == quoted(*parent.key))


FAMILY = Kind(
    category="table structures",
    mark="tables",
    noun="partition",
    families=("tables",),
    key=_beside_table,
    pattern=schema_pattern,
    own_name=with_schema,
    in_sql=relation,
    within=_is_of,
    # A partition may be in another schema than its table.
    beside=True,
)
