"""Compares the keys of an index, which are columns or expressions."""

from collections.abc import Callable, Collection

from pytest_schemaverify.sql.names import BadName, quoted, single

Same = Callable[[str, str], bool]
"""Whether two expressions over the columns of one table are the same to the server."""


def key_text(key: str, columns: Collection[str]) -> str:
    """Return the key of an index as SQL."""
    # In the snapshot of the catalog, a column's name is not quoted and an expression is SQL.
    return quoted(key) if key in columns else key


def same_key(expected: str, actual: str, columns: Collection[str], same: Same) -> bool:
    """Return whether the expected column or expression is the actual key of an index."""
    try:
        return quoted(single(expected)) == key_text(actual, columns)
    except BadName:  # an expression, or a column that only SQL quotes: `first name`
        return (
            expected == actual if expected in columns else same(expected, key_text(actual, columns))
        )
