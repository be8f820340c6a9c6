"""How a file says what a view is."""

from dataclasses import replace

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, only
from pytest_schemaverify.kinds.spelling import query
from pytest_schemaverify.kinds.written import Written
from pytest_schemaverify.sql.names import quoted


def columns(row: Row, look: Look) -> list[str]:
    """Return the names of the columns in their order."""
    found = look.catalog.of_table("columns", row.schema, row.name)
    return [quoted(one.name) for one in sorted(found, key=lambda one: one.position)]


_QUERIED = frozenset({"type", "nullable", "collation"})
"""Attributes of a column that follow from the query."""


def detail(column: Written) -> Written | None:
    """Return what a column has beside what the query gives it; None for nothing."""
    said = {key: value for key, value in column.said.items() if key not in _QUERIED}
    return replace(column, said=said, usual={}, parts={}, given={}) if said else None


FORM = Form(
    values={"columns": columns},
    detailed={"columns": detail},
    usual={"definition": None},
    expressions=frozenset({"definition"}),
    # A query says which columns it has.
    implied={"columns": "definition"},
    spelled={"definition": query},
    short=only("definition"),
)
