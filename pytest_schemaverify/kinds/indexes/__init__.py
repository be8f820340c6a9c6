"""Indexes of tables and materialized views."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.keys import bare_pattern, inside
from pytest_schemaverify.kinds.kind import Kind
from pytest_schemaverify.sql.names import quoted


def _in_sql(row: Row) -> str:
    # An index has a name in its schema; `on` a table is only said when it is made.
    return f"index {quoted(row.schema, row.name)}"


FAMILY = Kind(
    category="indexes",
    noun="index",
    families=("indexes",),
    key=inside,
    pattern=bare_pattern,
    around=2,
    in_sql=_in_sql,
)
