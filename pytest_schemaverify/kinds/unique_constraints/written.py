"""How a file says what a unique constraint is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.exclusions.index import index_of
from pytest_schemaverify.kinds.form import Form, Look, only, pairs
from pytest_schemaverify.sql.names import key_columns, quoted


def columns(row: Row, look: Look) -> list[str]:
    """Return the columns of a key, the last perhaps with `without overlaps`."""
    return [key_columns([one]) for one in row.key]


def included(row: Row, look: Look) -> list[str]:
    """Return the columns that the index of a key stores beside."""
    return [quoted(name) for name in index_of(row, look.catalog).include]


def parameters(row: Row, look: Look) -> dict[str, str]:
    """Return the storage parameters of the index of a key."""
    return pairs(index_of(row, look.catalog).options)


def _nulls(row: Row, look: Look) -> str:
    return "not distinct" if index_of(row, look.catalog).nulls_not_distinct else "distinct"


FORM = Form(
    values={"columns": columns, "include": included, "nulls": _nulls, "with": parameters},
    usual={"nulls": "distinct", "columns": None},
    short=only("columns"),
)
