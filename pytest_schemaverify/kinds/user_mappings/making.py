"""How a user mapping is made; a file says nothing of its options."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted


def _named(role: str, server: str) -> str:
    return f"user mapping for {role if role == 'public' else quoted(role)} server {quoted(server)};"


def _create(whole: Whole) -> str:
    return f"create {_named(whole.key[-1], whole.key[0])}"


def drop(row: Row) -> str:
    """Return the statement that drops one; it may have gone with its server's fix."""
    return f"drop {_named(row.name, row.server)}".replace("mapping", "mapping if exists", 1)


def _drop(row: Row, catalog: Catalog) -> str:
    return drop(row)


MAKING = Making(create=_create, drop=_drop, loses="its options")
