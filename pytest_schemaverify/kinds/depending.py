"""The statements by which an object comes to depend on an extension, and no longer does."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.kind import kind_of
from pytest_schemaverify.sql.names import quoted


def depends(row: Row, family: str, extension: str, no: str = "") -> str:
    """Return the statement that lets an object depend on an extension; with `no`, not."""
    named = kind_of(family).named(row)
    # `alter aggregate` does not have the words, and `(*)` stands for no arguments there alone.
    if named.startswith("aggregate "):
        named = f"routine {quoted(row.schema, row.name)}({row.arguments})"
    words = f"{no} depends on extension".strip()
    return f"alter {named} {words} {quoted(extension)};"
