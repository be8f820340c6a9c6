"""Values that satisfy check constraints, found by trying what the constraint itself mentions."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import administered
from pytest_schemaverify.behaviour.access.rows.patterns import like, matching, varied
from pytest_schemaverify.behaviour.access.rows.values import Kind, blob
from pytest_schemaverify.sql.lexical import IN_STRING

# As the server writes expressions of checks: quotes doubled, the cast behind the literal.
_LITERAL = re.compile(rf"'({IN_STRING})'(?:::([\w ]+(?:\[\])?))?")
# Not the digits in a name such as address2, nor those behind a dot or in quotes.
_NUMBER = re.compile(r"(?<![\w.'\"])-?\d+(?:\.\d+)?")
_REGEX = re.compile(rf"!?~\*?\s+'({IN_STRING})'")
_LIKE = re.compile(rf"~~\*?\s+'({IN_STRING})'")
MOST = 20_000
"""Combinations that are tried."""
LONGEST = 10_000
"""Length of a text that is made for a check."""


def hints(expressions: Iterable[str], kind: Kind, number: int) -> Iterator[str]:
    """Yield values of a type that the expressions of checks suggest."""
    for expression in expressions:
        written = [text.replace("''", "'") for text, _ in _LITERAL.findall(expression)]
        numbers = _numbers(expression)
        if kind.category in ("S", "U") and kind.name != "uuid":
            if kind.name == "bytea":
                yield from (blob(int(n), number) for n in numbers if 0 <= n <= LONGEST)
            elif kind.name in ("json", "jsonb"):
                yield from _documents(written)
            else:
                yield from _texts(expression, written, numbers, number)
        elif kind.category == "N":
            for one in numbers:
                whole = int(one) if one == int(one) else one
                yield from (str(whole), str(whole + 1), str(whole - 1))
            if len(numbers) > 1:
                yield str(round((min(numbers) + max(numbers)) / 2, 3))
        elif kind.category == "A":
            yield from (_array([text]) for text in written)
            yield from (_array([f"a{i}" for i in range(int(n))]) for n in numbers if 0 < n < 100)
        elif kind.category in ("D", "T"):
            yield from written


def _numbers(expression: str) -> list[float]:
    found = [float(text) for text in _NUMBER.findall(_LITERAL.sub(" ", expression))]
    for text, type_ in _LITERAL.findall(expression):
        if type_ and _NUMBER.fullmatch(text):
            found.append(float(text))
    return found


def _documents(written: Sequence[str]) -> Iterator[str]:
    keys = [text for text in written if re.fullmatch(r"\w+", text)]
    for value in ("1", '"text"', "{}", "[]", "true"):
        if keys:
            yield "{" + ", ".join(f'"{key}": {value}' for key in keys) + "}"
            yield f'{{"{keys[0]}": {value}}}'


def _texts(
    expression: str, written: Sequence[str], numbers: Sequence[float], number: int
) -> Iterator[str]:
    for pattern in _REGEX.findall(expression):
        for times in (1, 3, 8):
            text = matching(pattern.replace("''", "'"), times)
            yield from (varied(text, number), text)
    yield from (like(pattern.replace("''", "'")) for pattern in _LIKE.findall(expression))
    yield from written
    digits = f"{number}"
    for size in (int(n) + more for n in numbers for more in (0, 1, -1)):
        if 0 <= size <= LONGEST:
            yield (digits + "a" * size)[:size]
            yield (digits * size)[:size]


def _array(parts: Sequence[str]) -> str:
    return "{" + ",".join('"' + part.replace('"', '\\"') + '"' for part in parts) + "}"


def valid(connection: Connection[Any], type_: str, texts: Iterable[str | None]) -> list[str | None]:
    """Return those of the texts that a type takes; a domain takes what its checks let through."""
    wanted = list(dict.fromkeys(texts))
    together = [text for text in wanted if text is not None]
    # Nearly always the type takes all of them, and one question is enough.
    if not together or _takes(connection, type_, together):
        return wanted
    return [text for text in wanted if text is None or _takes(connection, type_, [text])]


def _takes(connection: Connection[Any], type_: str, texts: Sequence[str]) -> bool:
    statement = sql.SQL("select cast(v as {}) from pg_catalog.unnest({}::text[]) as c (v)").format(
        sql.SQL(type_), sql.Literal(list(texts))
    )
    try:
        with connection.transaction(force_rollback=True):
            administered(connection, statement)
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.FeatureNotSupported):
        return False
    return True


def solved(
    connection: Connection[Any],
    table: str,
    expressions: Sequence[str],
    types: Mapping[str, str],
    choices: Mapping[str, Sequence[str | None]],
) -> dict[str, str | None] | None:
    """Return the first values, one of the choices for each column, that satisfy all expressions.

    `types` are those of the columns that the expressions name; one without a choice is NULL. None
    if there are no such values. Raises psycopg.Error when an expression cannot be evaluated.
    """
    columns = [name for name in choices if choices[name]]
    # The server tries every combination, so the more columns there are, the fewer values each has.
    each = max(2, int(MOST ** (1 / max(1, len(columns)))))
    listed = {
        name: valid(connection, types[name], list(dict.fromkeys(choices[name])))[:each]
        for name in columns
    }
    with connection.transaction(force_rollback=True):
        rows = administered(connection, _search(table, expressions, types, listed)).rows
    return dict(zip(columns, rows[0], strict=True)) if rows else None


def _search(
    table: str, expressions: Sequence[str], types: Mapping[str, str],
    listed: Mapping[str, Sequence[str | None]],
) -> sql.Composed:  # fmt: skip
    """Return the query for the first combination of listed values that satisfies expressions."""
    # The expressions name columns without a table: the names of ours must be no column's.
    aliases = {name: sql.Identifier(f"c{index}") for index, name in enumerate(listed)}
    return sql.SQL(
        "select {chosen} from {sources} cross join lateral (select {values}) as {table} "
        "where {conditions} order by {order} limit 1"
    ).format(
        chosen=sql.SQL(", ").join(
            sql.SQL("{}.schemaverify_v").format(alias) for alias in aliases.values()
        ),
        sources=sql.SQL(" cross join ").join(
            sql.SQL(_SOURCE).format(sql.Literal([*listed[name]]), alias)
            for name, alias in aliases.items()
        ),
        values=sql.SQL(", ").join(_columns(types, aliases)),
        table=sql.Identifier(table),
        # A check takes NULL for true.
        conditions=sql.SQL(" and ").join(
            sql.SQL("(({}) is not false)").format(sql.SQL(one)) for one in expressions
        ),
        # The first choices are the most ordinary values; the sum keeps all columns near theirs.
        order=sql.SQL(" + ").join(
            sql.SQL("{}.schemaverify_n").format(alias) for alias in aliases.values()
        ),
    )


_SOURCE = "pg_catalog.unnest({}::text[]) with ordinality as {} (schemaverify_v, schemaverify_n)"


def _columns(
    types: Mapping[str, str], aliases: Mapping[str, sql.Identifier]
) -> Iterator[sql.Composed]:
    """Yield the columns that the expressions name: a listed value of each, or NULL."""
    for name, alias in aliases.items():
        cast = sql.SQL("cast({}.schemaverify_v as {}) as {}")
        yield cast.format(alias, sql.SQL(types[name]), sql.Identifier(name))
    for name in types.keys() - aliases.keys():
        yield sql.SQL("cast(null as {}) as {}").format(sql.SQL(types[name]), sql.Identifier(name))
