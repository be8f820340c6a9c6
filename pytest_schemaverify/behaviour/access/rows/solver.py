"""Values that satisfy conditions: the server tries every combination of those that are listed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import tried_out
from pytest_schemaverify.behaviour.access.statements import mentions

MOST = 20_000
"""Combinations that are tried."""
ENOUGH = 24
"""Values of a column after which no more are looked for, where each must be tried by itself."""
_NONE: Mapping[str, tuple[str, str]] = MappingProxyType({})


def valid(connection: Connection[Any], type_: str, texts: Iterable[str | None]) -> list[str | None]:
    """Return those of the texts that a type takes; a domain takes what its checks let through."""
    wanted = list(dict.fromkeys(texts))
    taken = set(_valid(connection, type_, [text for text in wanted if text is not None]))
    return [text for text in wanted if text is None or text in taken]


def _valid(connection: Connection[Any], type_: str, texts: list[str]) -> list[str]:
    # Nearly always the type takes all of them, and one question is enough.
    if not texts or _takes(connection, type_, texts):
        return texts
    if len(texts) == 1:
        return []
    if (found := _asked(connection, type_, texts)) is not None:
        return found
    half = len(texts) // 2
    return [
        *_valid(connection, type_, texts[:half]),
        *_valid(connection, type_, texts[half:]),
    ]


def _asked(connection: Connection[Any], type_: str, texts: Sequence[str]) -> list[str] | None:
    """Return those that a type takes; None where the server cannot be asked for all at once."""
    if connection.info.server_version < 160000:
        return None
    statement = sql.SQL(
        "select v from pg_catalog.unnest({}::text[]) as c (v)"
        " where pg_catalog.pg_input_is_valid(v, {})"
    ).format(sql.Literal(list(texts)), sql.Literal(type_))
    try:
        return [text for (text,) in tried_out(connection, statement).rows]
    except psycopg.Error as error:
        # Types of extensions may raise their errors at once.
        if error.sqlstate is None:
            raise
        return None


def _takes(connection: Connection[Any], type_: str, texts: Sequence[str]) -> bool:
    # The values are asked for, for a cast that nobody looks at is not made.
    statement = sql.SQL(
        "select pg_catalog.count(cast(v as {})) from pg_catalog.unnest({}::text[]) as c (v)"
    ).format(sql.SQL(type_), sql.Literal(list(texts)))
    try:
        tried_out(connection, statement)
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.FeatureNotSupported):
        return False
    return True


def solved(
    connection: Connection[Any],
    table: str,
    expressions: Sequence[str],
    types: Mapping[str, str],
    choices: Mapping[str, Sequence[str | None]],
    derived: Mapping[str, tuple[str, str]] = _NONE,
) -> dict[str, str | None] | None:
    """Return the first values, one of the choices for each column, that satisfy all expressions.

    `types` are those of the columns that the expressions name; one without a choice is NULL.
    `derived` has the expression and the type of columns that are computed from others. None
    if there are no such values. Raises psycopg.Error when an expression cannot be evaluated.
    """
    search = _Search(connection, table, types, derived)
    listed = {
        name: search.alone(name, valid(connection, types[name], texts), expressions)
        for name, texts in choices.items()
        if texts
    }
    if not listed or not all(listed.values()):
        return None
    # The server tries every combination, so the more columns there are, the fewer values each has.
    open_ = sum(len(texts) > 1 for texts in listed.values())
    each = max(2, int(MOST ** (1 / max(1, open_))))
    row = search.first(expressions, {name: texts[:each] for name, texts in listed.items()})
    return dict(zip(listed, row, strict=True)) if row else None


@dataclass(frozen=True, slots=True)
class _Search:
    """Questions about values of a table's columns."""

    connection: Connection[Any]
    table: str
    types: Mapping[str, str]
    derived: Mapping[str, tuple[str, str]]

    def alone(
        self, name: str, texts: list[str | None], expressions: Sequence[str]
    ) -> list[str | None]:
        """Return those values of a column that satisfy the expressions about it alone."""
        others = [one for one in (*self.types, *self.derived) if one != name]
        about = [
            one for one in expressions
            if mentions(one, name) and not any(mentions(one, other) for other in others)
        ]  # fmt: skip
        return self._satisfying(name, texts, about) if about else texts

    def _satisfying(
        self, name: str, texts: list[str | None], expressions: Sequence[str]
    ) -> list[str | None]:
        try:
            rows = self._answer(expressions, {name: texts}, limit=False)
            return [text for (text,) in rows]
        except (psycopg.DataError, psycopg.errors.RaiseException):
            # A check may have no answer for some values: a cast inside it fails.
            if len(texts) == 1:
                return []
        half = len(texts) // 2
        found = self._satisfying(name, texts[:half], expressions)
        if len(found) >= ENOUGH:
            return found
        return [*found, *self._satisfying(name, texts[half:], expressions)]

    def first(
        self, expressions: Sequence[str], listed: Mapping[str, Sequence[str | None]]
    ) -> Sequence[str | None] | None:
        """Return the first combination of listed values that satisfies expressions."""
        rows = self._answer(expressions, listed, limit=True)
        return rows[0] if rows else None

    def _answer(
        self, expressions: Sequence[str], listed: Mapping[str, Sequence[str | None]], *, limit: bool
    ) -> Sequence[Sequence[str | None]]:
        # The expressions name columns without a table: the names of ours must be no column's.
        aliases = {name: sql.Identifier(f"c{index}") for index, name in enumerate(listed)}
        statement = sql.SQL(
            "select {chosen} from {sources} cross join lateral (select {values}) as {table} "
            "{derived} where {conditions} order by {order} {limit}"
        ).format(
            chosen=sql.SQL(", ").join(
                sql.SQL("{}.schemaverify_v").format(alias) for alias in aliases.values()
            ),
            sources=sql.SQL(" cross join ").join(
                sql.SQL(_SOURCE).format(sql.Literal([*listed[name]]), alias)
                for name, alias in aliases.items()
            ),
            values=sql.SQL(", ").join(self._columns(aliases)),
            table=sql.Identifier(self.table),
            derived=self._derived(),
            # A check takes NULL for true.
            conditions=sql.SQL(" and ").join(
                sql.SQL("(({}) is not false)").format(sql.SQL(one)) for one in expressions
            ),
            # The first choices are the most ordinary values; the sum keeps all columns near theirs.
            order=sql.SQL(" + ").join(
                sql.SQL("{}.schemaverify_n").format(alias) for alias in aliases.values()
            ),
            limit=sql.SQL("limit 1" if limit else ""),
        )
        return tried_out(self.connection, statement).rows

    def _columns(self, aliases: Mapping[str, sql.Identifier]) -> Iterator[sql.Composed]:
        """Yield the columns that the expressions name: a listed value of each, or NULL."""
        for name, alias in aliases.items():
            cast = sql.SQL("cast({}.schemaverify_v as {}) as {}")
            yield cast.format(alias, sql.SQL(self.types[name]), sql.Identifier(name))
        for name in self.types.keys() - aliases.keys() - self.derived.keys():
            null = sql.SQL("cast(null as {}) as {}")
            yield null.format(sql.SQL(self.types[name]), sql.Identifier(name))

    def _derived(self) -> sql.Composable:
        """Return what computes the generated columns, which the expressions name as well."""
        if not self.derived:
            return sql.SQL("")
        return sql.SQL("cross join lateral (select {}) as schemaverify_derived").format(
            sql.SQL(", ").join(
                sql.SQL("cast({} as {}) as {}").format(
                    sql.SQL(expression), sql.SQL(type_), sql.Identifier(name)
                )
                for name, (expression, type_) in self.derived.items()
            )
        )


_SOURCE = "pg_catalog.unnest({}::text[]) with ordinality as {} (schemaverify_v, schemaverify_n)"
