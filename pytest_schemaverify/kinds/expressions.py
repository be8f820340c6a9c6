"""Compares expressions that two servers, or two people, have spelled differently."""

from typing import Any

from pytest_schemaverify.canonical import Canonical, same_calls
from pytest_schemaverify.catalog import Catalog, Row


def same_expression(built: Row, live: Row, name: str, catalog: Catalog, server: Canonical) -> bool:
    """Compare expressions over the columns of a table."""
    table = getattr(live, "table", live.name)
    left, right = getattr(built, name), getattr(live, name)
    return server.same_expression(left, right, table, columns_of(live.schema, table, catalog))


def same_print(built: Row, live: Row, name: str, catalog: Catalog, server: Canonical) -> bool:
    """Compare texts that no server can plan, such as a trigger's, in the form that it prints."""
    return same_calls(*(_printed(getattr(row, name)) for row in (built, live)))


def columns_of(schema: str, table: str, catalog: Catalog) -> list[tuple[str, str]]:
    """Return the columns of a table, each with its type."""
    return [(c.name, c.type) for c in catalog.of_table("columns", schema, table)]


def _printed(value: Any) -> str:
    return value if isinstance(value, str) else " , ".join(value)
