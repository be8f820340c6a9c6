"""Arguments by which an attacker would try to reach rows of others."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.behaviour.access.rows.values import in_double_quotes
from pytest_schemaverify.kinds.functions.row import Function

from .calls import Value, types
from .hidden_rows import Secret, Secrets

CALLS = 24
"""Calls of one function by one identity."""
_EACH = 6
"""Values that are tried for one argument."""
_TEXTS = ("text", "character varying", "character", "name", "citext", "varchar")
_NUMBERS = ("integer", "bigint", "smallint", "numeric", "real", "double precision")
_EXTREMES: Mapping[str, tuple[str | None, ...]] = {
    "boolean": ("true", "false"),
    "integer": ("2147483647", "0", "-1"), "bigint": ("2147483647", "0", "-1"),
    "smallint": ("32767", "0"), "numeric": ("1000000", "0", "-1"),
    "double precision": ("-1", "0", "1000000"), "real": ("-1", "0", "1000000"),
    "date": ("infinity", "-infinity"), "timestamp with time zone": ("infinity", "-infinity"),
    "timestamp without time zone": ("infinity", "-infinity"),
    "json": ("{}",), "jsonb": ("{}",), "interval": ("1000 years",),
}  # fmt: skip
_ENDS: Mapping[str | None, str] = {
    "infinity": "2100-01-01", "-infinity": "1900-01-01", "2147483647": "1000", "1000000": "1000",
    "32767": "1000", "1000 years": "1 year",
}  # fmt: skip
"""What lets as much through as the rows of a copy need, and can be counted up to."""
ANYTHING = ("%", "", "' or '1'='1")
"""Texts that match more than one thing."""


def arguments(
    connection: Connection[Any], function: Function, secrets: Secrets
) -> Iterator[list[Value]]:
    """Yield lists of arguments: what the hidden rows hold, and what lets everything through."""
    supply = Supply(connection)
    wanted = types(function)
    # Values of a table that the function names are likelier to find something in it.
    rows = [one for one in secrets.rows if one.bare in function.source] or secrets.rows
    choices = [_values(supply, type_, rows) for type_ in wanted]
    size = 1
    for values in choices:
        size *= len(values)
    found = product(*choices) if size <= CALLS else _one_by_one(choices)
    for texts in islice(found, CALLS):
        yield list(zip(wanted, texts, strict=True))


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


def _values(supply: Supply, type_: str, rows: Sequence[Secret]) -> list[str | None]:
    texts: list[str | None] = []
    if type_.endswith("[]"):
        inner = [one for one in _values(supply, type_[:-2], rows)[:2] if one is not None]
        return [f"{{{','.join(map(in_double_quotes, inner))}}}", "{}", None]
    if type_ in ("json", "jsonb"):
        texts += [_as_json(secret.values) for secret in rows[:2]]
    elif type_ == "uuid" or type_ in _TEXTS or type_ in _NUMBERS:
        texts += _of_rows(type_, rows)
    texts += _EXTREMES.get(type_, ANYTHING if type_ in _TEXTS else ())
    if not texts or type_ not in (*_TEXTS, *_NUMBERS, "uuid"):
        made = supply.value(type_)
        texts += [made] if made is not None else []
    return [*dict.fromkeys(texts), None]


def _as_json(values: Mapping[str, str]) -> str:
    pairs = ", ".join(
        f"{in_double_quotes(name)}: {in_double_quotes(text)}" for name, text in values.items()
    )
    return f"{{{pairs}}}"


def _of_rows(type_: str, rows: Sequence[Secret]) -> list[str | None]:
    """Return values of hidden rows that fit a type, of many tables rather than of one."""
    by_table: dict[str, list[str]] = {}
    for secret in rows:
        for text in secret.values.values():
            if _fits(type_, text):
                by_table.setdefault(secret.table, []).append(text)
    found: list[str | None] = []
    for place in range(_EACH):
        found += [texts[place] for texts in by_table.values() if place < len(texts)]
    return [*dict.fromkeys(found)][:_EACH]


def _fits(type_: str, text: str) -> bool:
    if type_ == "uuid":
        return len(text) == 36 and text.count("-") == 4
    if type_ in _NUMBERS:
        # Any number of so many digits fits the type.
        limit = 4 if type_ == "smallint" else 9
        return text.isdecimal() and len(text) <= limit
    return len(text) >= 3
