"""Rows and values as SQL."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.lexical import IN_STRING

Table = tuple[str, str]
"""Schema and name."""
Values = Mapping[str, str | None]
"""Texts by column, as the server reads them."""
_STRING = re.compile(rf"'{IN_STRING}'")
LARGE = ("vector", "halfvec", "sparsevec", "tsvector", "bytea")
"""Types whose values are too long to be read; they are neither returned nor shown."""


@dataclass(frozen=True, slots=True)
class Made:
    """A row that was made."""

    table: Table
    sent: dict[str, str | None]
    """The values that were given to the server."""
    row: dict[str, str | None]
    """The row as it is now, as text; without vectors and other large values."""

    @property
    def statement(self) -> str:
        """The insert as a person would write it."""
        return insertion(self.table, self.sent, {}).as_string()


def insertion(
    table: Table, values: Values, types: Mapping[str, str], *, over: bool = False
) -> sql.Composed:
    """Return the statement that inserts a row, with its values written out.

    It goes `over` columns that are `generated always as identity`, if they are to have values.
    """
    if not values:
        return sql.SQL("insert into {} default values").format(sql.Identifier(*table))
    return sql.SQL("insert into {} ({}) {}values ({})").format(
        sql.Identifier(*table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL("overriding system value " if over else ""),
        sql.SQL(", ").join(cast(text, types.get(name, "")) for name, text in values.items()),
    )


def cast(text: str | None, type_: str) -> sql.Composable:
    """Return a value as SQL; the type is written where a plain literal would not do."""
    literal = sql.Literal(text)
    return sql.SQL("{}::{}").format(literal, sql.SQL(type_)) if type_ else literal


def returned(catalog: Catalog, table: Table) -> sql.Composed:
    """Return the list of a table's columns as text, without those whose values are large."""
    columns = catalog.of_table("columns", *table)
    small = [column.name for column in columns if type_name(column.type) not in LARGE]
    return sql.SQL(", ").join(
        # `returning` needs at least one expression, and every row of a table has a ctid.
        sql.SQL("{0}::text as {0}").format(sql.Identifier(name))
        for name in small or ["ctid"]
    )


def equal(catalog: Catalog, table: Table, values: Values) -> sql.Composed:
    """Return the condition that finds the rows with these values."""
    types = {column.name: column.type for column in catalog.of_table("columns", *table)}
    return sql.SQL(" and ").join(
        # `=` would find no row with a NULL.
        sql.SQL("{} is not distinct from {}").format(sql.Identifier(name), cast(text, types[name]))
        for name, text in values.items()
    )


def where(catalog: Catalog, table: Table, values: Values) -> sql.Composable:
    """Return the clause for the rows with these values; nothing for all rows."""
    return sql.SQL(" where {}").format(equal(catalog, table, values)) if values else sql.SQL("")


def named(columns: Sequence[str], row: Sequence[Any]) -> dict[str, str | None]:
    """Return a row by the names of its columns."""
    return dict(zip(columns, row, strict=True))


def type_name(type_: str) -> str:
    """Return the name of a type, without schema and length."""
    return type_.partition("(")[0].rpartition(".")[2]


def mentions(text: str, column: str) -> bool:
    """Return whether an expression may be about a column."""
    name = re.escape(column)
    bare = _STRING.sub("''", text)
    return bool(re.search(rf'"{name}"|(?<![\w$"]){name}(?![\w$"])', bare))


class NoRow(CannotDetermine):
    """A row cannot be made."""

    values = ""
    """The table and the columns that want values, as a file would have them; "" if none do."""


def impossible(table: Table, because: str, where: str = "", columns: Sequence[str] = ()) -> NoRow:
    """Return the error for a row that cannot be made, for want of values for some columns."""
    name = names.quoted(*table)
    listed = "{" + ", ".join(f"{names.quoted(column)}: …" for column in columns) + "}"
    remedy = "give rows of your own under `access.given`"
    if columns:
        remedy = f"give a row with values that it takes under `access.given`: `{name}: [{listed}]`"
    because += f", in {where}" if where else ""
    error = NoRow(f"making a row for {name}", because=because, remedy=remedy)
    error.values = f"{{{name}: {listed}}}" if columns else ""
    return error
