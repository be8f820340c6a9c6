"""Arguments by which an attacker would try to reach rows of others."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.sql.names import quoted

from .calls import Value, inputs, signatures
from .hidden_rows import Secrets
from .hostile_values import Attacker

CALLS = 24
"""Calls of one function by one identity."""
_ENDS: Mapping[str | None, str] = {
    "infinity": "2100-01-01", "-infinity": "1900-01-01", "2147483647": "1000", "1000000": "1000",
    "32767": "1000", "1000 years": "1 year",
}  # fmt: skip
"""What lets as much through as the rows of a copy need, and can be counted up to."""


def arguments(
    connection: Connection[Any], catalog: Catalog, function: Function, secrets: Secrets
) -> Iterator[list[Value]]:
    """Yield lists of arguments: what rows of others hold, and what lets everything through."""
    # Values of a table that the function names are likelier to find something in it.
    known = [*secrets.rows, *secrets.shared]
    rows = [one for one in known if one.bare in function.source] or known
    attacker = Attacker(connection, catalog, Supply(connection), rows, function.source)
    enums = [quoted(one.schema, one.name) for one in _enums(catalog)]
    listed = [*signatures(function, enums, dict.fromkeys(row.table for row in rows))]
    names = [one.name for one in inputs(function)]
    for types in listed:
        choices = [attacker.values(*one) for one in zip(types, names, strict=True)]
        for texts in islice(_combined(choices), max(CALLS // len(listed), 4)):
            yield list(zip(types, texts, strict=True))


def _enums(catalog: Catalog) -> list[Any]:
    return [one for one in catalog.families["types"].values() if one.kind == "enum"]


def _combined(choices: Sequence[Sequence[str | None]]) -> Iterator[tuple[str | None, ...]]:
    size = 1
    for values in choices:
        size *= len(values)
    return product(*choices) if size <= CALLS else _one_by_one(choices)


def mild(values: list[Value]) -> list[Value]:
    """Return arguments with an end: a function may go through all days, or make so many rows."""
    return [(type_, _ENDS.get(text, text)) for type_, text in values]


def _one_by_one(choices: Sequence[Sequence[str | None]]) -> Iterator[tuple[str | None, ...]]:
    """Yield all first values, all second ones and so on, then each alone among the first."""
    longest = max(len(values) for values in choices)
    for place in range(longest):
        yield tuple(values[place % len(values)] for values in choices)
    first = [values[0] for values in choices]
    for index, values in enumerate(choices):
        for value in values[1:]:
            yield (*first[:index], value, *first[index + 1 :])
