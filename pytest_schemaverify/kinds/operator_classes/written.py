"""How a file says what an operator class is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look
from pytest_schemaverify.kinds.spelling import type_of
from pytest_schemaverify.sql.names import quoted


def _family(row: Row, look: Look) -> str | None:
    # `create operator class` makes one of the same name where none is said.
    own = row.operator_family == quoted(row.schema, row.name)
    return None if own else look.bare(row.operator_family).removeprefix("pg_catalog.")


def _operators(row: Row, look: Look) -> list[str]:
    usual = f"({row.type},{row.type})"
    return [text.replace(usual, "", 1) for text in row.operators]


FORM = Form(
    values={"operator_family": _family, "operators": _operators},
    usual={"type": None, "method": None, "operators": None, "functions": None},
    spelled={"type": type_of},
)
