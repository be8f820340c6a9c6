"""How a file says what a view is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, only
from pytest_schemaverify.kinds.spelling import query
from pytest_schemaverify.sql.names import quoted


def columns(row: Row, look: Look) -> list[str]:
    """Return the names of the columns in their order."""
    found = look.catalog.of_table("columns", row.schema, row.name)
    return [quoted(one.name) for one in sorted(found, key=lambda one: one.position)]


FORM = Form(
    values={"columns": columns},
    usual={"definition": None},
    expressions=frozenset({"definition"}),
    # A query says which columns it has.
    implied={"columns": "definition"},
    spelled={"definition": query},
    short=only("definition"),
)
