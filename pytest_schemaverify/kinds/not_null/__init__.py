"""The NOT NULL constraints of columns."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.columns.row import NotNull
from pytest_schemaverify.kinds.kind import Kind, Subject
from pytest_schemaverify.sql.names import quoted


def _of_column(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    column = catalog.find("columns", subject.key)
    if column is None or column.nullable:
        return None
    # Before PostgreSQL 18 a column that is NOT NULL has neither a name nor a state of that.
    schema, table, name = subject.key
    return column.not_null or NotNull(schema, table, name, "", True, False, "")


def _in_sql(row: Row) -> str:
    return f"constraint {quoted(row.name)} on {quoted(row.schema, row.table)}"


FAMILY = Kind(
    category="table structures",
    mark="constraints",
    noun="NOT NULL constraint",
    families=("columns",),
    find=_of_column,
    in_sql=_in_sql,
)
