"""Values with which a row meets a condition, as the table itself could have them."""

import re
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.rows.choices import choices_of
from pytest_schemaverify.behaviour.access.rows.maker import Maker
from pytest_schemaverify.behaviour.access.rows.solver import solved
from pytest_schemaverify.behaviour.access.statements import Values
from pytest_schemaverify.catalog import Catalog


def values_meeting(
    connection: Connection[Any], catalog: Catalog, table: tuple[str, str],
    conditions: Sequence[str],
) -> Values | None:  # fmt: skip
    """Return values of the columns that conditions name, so that all are true; None for none.

    They come from types, defaults, checks, foreign keys and the predicates of indexes, never from
    the conditions: one with a spelling mistake in it would always be met by a row made for it.
    """
    row = Maker(connection, catalog).begun(table, {}, "somebody")
    checks = {
        one.expression: frozenset(one.columns)
        for one in catalog.of_table("constraints", *table)
        if one.kind == "check" and one.expression
    }
    named = frozenset(name for name in row.columns if any(_names(c, name) for c in conditions))
    about = [text for text, columns in checks.items() if columns & named]
    named = named.union(*(checks[text] for text in about))
    known = [*about, *(one.where for one in catalog.of_table("indexes", *table) if one.where)]
    choices = {name: choices_of(row, name, known) for name in sorted(named)}
    types = {name: column.type for name, column in row.columns.items()}
    # A condition has to be true for a row to be found, where a check is content with NULL.
    wanted = [*about, *(f"(({text}\n)) is true" for text in conditions)]
    return solved(connection, table[1], wanted, types, choices) if choices else None


def _names(condition: str, column: str) -> bool:
    """Return whether a condition may be about a column."""
    name = re.escape(column)
    return bool(re.search(rf'"{name}"|(?<![\w$"]){name}(?![\w$"])', condition, re.IGNORECASE))
