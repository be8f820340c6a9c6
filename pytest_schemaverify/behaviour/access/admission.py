"""Whether expressions of policies are true of a row, be it there or not, for somebody's token."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    administered,
    tried,
)
from pytest_schemaverify.behaviour.access.ownership import OwnedTables
from pytest_schemaverify.behaviour.access.rows import solver
from pytest_schemaverify.behaviour.access.statements import Table, Values, named, returned

MOST = 500
"""Combinations of values that are tried: an expression may look into tables for each."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """A row of a table as an expression sees it."""

    table: Table
    types: Mapping[str, str]
    """Of all columns of the table."""
    values: Values
    """What the columns have; one that is missing is NULL."""

    def having(self, column: str, value: str | None) -> "Imagined":
        """Return the same with another value."""
        return replace(self, values={**self.values, column: value})

    def listed(self, chosen: Mapping[str, sql.Composable]) -> sql.Composed:
        """Return the list of its columns; those that are `chosen` have another source."""
        return sql.SQL(", ").join(
            sql.SQL("cast({} as {}) as {}").format(
                chosen.get(name, sql.Literal(self.values.get(name))),
                sql.SQL(type_),
                sql.Identifier(name),
            )
            for name, type_ in self.types.items()
        )


def admitting(
    connection: Connection[Any], identity: Identity, row: Imagined, expressions: Sequence[str]
) -> list[str]:
    """Return those of the expressions that are true of a row while an identity's token is set.

    One that cannot be evaluated is not true.
    """
    if not expressions:
        return []
    statement = sql.SQL("select {} from (select {}) as {}").format(
        sql.SQL(", ").join(sql.SQL("({}\n) is true").format(sql.SQL(one)) for one in expressions),
        row.listed({}),
        sql.Identifier(row.table[1]),
    )
    outcome = _asked(connection, identity, statement)
    if outcome.done:
        pairs = zip(expressions, outcome.rows[0], strict=True)
        return [one for one, true in pairs if true in (True, "t", "true")]
    if len(expressions) == 1:
        return []
    return [found for one in expressions for found in admitting(connection, identity, row, [one])]


def changed_to_meet(
    connection: Connection[Any],
    identity: Identity,
    row: Imagined,
    conditions: Sequence[str],
    choices: Mapping[str, Sequence[str | None]],
) -> dict[str, str | None] | None:
    """Return what columns of a row must have so that conditions are true for an identity's token.

    Those that are as they were are left out. The first choices are the most welcome. None where no
    combination of choices meets them, or where they cannot be evaluated.
    """
    each = max(2, int(MOST ** (1 / max(1, len(choices)))))
    listed = {
        name: [*dict.fromkeys((row.values.get(name), *texts))] for name, texts in choices.items()
    }
    # Nearly always the types take all of the texts, and one question is enough.
    some = {name: texts[:each] for name, texts in listed.items()}
    outcome = _asked(connection, identity, _search(row, conditions, some))
    if outcome.state[:2] in ("22", "23"):
        taken = {
            name: solver.valid(connection, row.types[name], texts)[:each]
            for name, texts in listed.items()
        }
        outcome = _asked(connection, identity, _search(row, conditions, taken))
    if not outcome.done or not outcome.rows:
        return None
    found = dict(zip(listed, outcome.rows[0], strict=True))
    return {name: text for name, text in found.items() if text != row.values.get(name)}


def _search(
    row: Imagined, conditions: Sequence[str], listed: Mapping[str, Sequence[str | None]]
) -> sql.Composed:
    # The expressions name columns without a table: the names of ours must be no column's.
    aliases = {name: sql.Identifier(f"c{index}") for index, name in enumerate(listed)}
    chosen = {name: sql.SQL("{}.schemaverify_v").format(alias) for name, alias in aliases.items()}
    return sql.SQL(
        "select {chosen} from {sources} cross join lateral (select {row}) as {table} "
        "where {conditions} order by {order} limit 1"
    ).format(
        chosen=sql.SQL(", ").join(chosen.values()),
        sources=sql.SQL(" cross join ").join(
            sql.SQL(_SOURCE).format(sql.Literal([*listed[name]]), alias)
            for name, alias in aliases.items()
        ),
        row=row.listed(chosen),
        table=sql.Identifier(row.table[1]),
        conditions=sql.SQL(" and ").join(
            sql.SQL("(({}\n) is true)").format(sql.SQL(one)) for one in conditions
        ),
        order=sql.SQL(" + ").join(
            sql.SQL("{}.schemaverify_n").format(alias) for alias in aliases.values()
        ),
    )


def open_without_owner(
    connection: Connection[Any], tables: OwnedTables, table: Table, stranger: Callable[[Table], str]
) -> bool:
    """Return whether policies let an identity in to a row for the reason that nobody owns it.

    What everybody may do is told apart by a row of a `stranger`.
    """
    column = tables.owner_column(table)
    policies = tables.catalog.of_table("policies", *table)
    expressions = [*dict.fromkeys(one.using for one in policies if one.using)]
    if column is None or not column.nullable or not expressions:
        return False
    statement = sql.SQL("select {} from {} limit 1").format(
        returned(tables.catalog, table), sql.Identifier(*table)
    )
    found = administered(connection, statement)
    if not found.rows:
        return False
    types = {name: one.type for name, one in tables.columns(table).items()}
    row = Imagined(table, types, named(found.columns or (), found.rows[0]))
    other = row.having(column.name, stranger(table))
    return any(
        {*admitting(connection, who, row.having(column.name, None), expressions)}
        - {*admitting(connection, who, other, expressions)}
        for who in tables.identities.values()
    )


_SOURCE = "pg_catalog.unnest({}::text[]) with ordinality as {} (schemaverify_v, schemaverify_n)"


def _asked(connection: Connection[Any], identity: Identity, statement: sql.Composed) -> Outcome:
    outcome = tried(connection, identity, statement)
    if outcome.state != "42501":
        return outcome
    # A policy needs no right on the schemas of the functions that it names, and an expression does.
    # The administrator has it, with the same token.
    return tried(connection, replace(identity, role="none", claims=identity.token), statement)
