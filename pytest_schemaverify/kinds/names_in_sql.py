"""Names of objects and types as SQL has them, for several kinds."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Row
from pytest_schemaverify.sql.names import quoted


def relation(row: Row) -> str:
    """Return a table or view as `alter` and `comment on` name it."""
    return f"{row.kind.removeprefix('partitioned ')} {quoted(row.schema, row.name)}"


def column(row: Row) -> str:
    """Return a column as `comment on` names it."""
    return f"column {quoted(row.schema, row.table, row.name)}"


def type_or_none(text: str, server: Canonical) -> str:
    """Return a type as the server prints it; `none` where an operator has no such side."""
    return "none" if text.lower() == "none" else server.type(text)
