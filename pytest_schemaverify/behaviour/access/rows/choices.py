"""What the columns of a row may become so that its constraints hold."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import tried_out
from pytest_schemaverify.behaviour.access.rows import solver
from pytest_schemaverify.behaviour.access.rows.conditions import Condition
from pytest_schemaverify.behaviour.access.rows.hints import hints
from pytest_schemaverify.behaviour.access.rows.row import Row
from pytest_schemaverify.behaviour.access.rows.values import candidates
from pytest_schemaverify.behaviour.access.statements import impossible
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.constraints.row import Constraint

PAST = 9_001
"""Numbers that are passed over where one is taken: there may be rows with the next ones too."""


def satisfy(row: Row, name: str, columns: Collection[str]) -> None:
    """Choose columns anew, with all that checks tie to them, so that the row is taken.

    `name` is what was broken. Raises CannotDetermine where no choice satisfies all conditions.
    """
    wanted = row.conditions
    together = _connected(frozenset(columns), wanted)
    about = [one for one in wanted if one.columns & together and _known(row, one, together)]
    for fresh in (False, True):
        found = _chosen(row, together, about, fresh=fresh)
        if found is not None:
            break
        if together - {name for key in row.foreign_keys() for name in key.columns}:
            row.supply.number += PAST
    else:
        # What was broken first; a value for that alone may be there.
        first = sorted(
            (one for one in about if one.ties or one.name == name), key=lambda one: one.name != name
        )
        what = " together with ".join(one.told for one in first) or name
        because = f"no value was found for {what}"
        raise impossible(row.table, because, columns=sorted(together - row.fixed))
    for column, text in found.items():
        # A NULL is written only where leaving the column out would give it its default.
        default = row.columns[column].default is not None
        if text is not None or column in row.values or default:
            row.values[column] = text


def _connected(columns: frozenset[str], wanted: Iterable[Condition]) -> frozenset[str]:
    """Return columns with all those that checks tie to them, directly or not."""
    tied = columns.union(*(one.columns for one in wanted if one.ties and columns & one.columns))
    return columns if tied == columns else _connected(tied, wanted)


def _known(row: Row, condition: Condition, together: Collection[str]) -> bool:
    """Return whether it is known what the columns of a condition will be that stay as they are."""
    return condition.ties or all(
        name in together or name in row.values or _left_empty(row.columns[name])
        for name in condition.columns
    )


def _left_empty(column: Column) -> bool:
    return column.default is None and not column.identity and column.generated is None


def _chosen(
    row: Row, together: frozenset[str], about: list[Condition], *, fresh: bool
) -> dict[str, str | None] | None:
    """Return the first choice of columns that satisfies conditions; None where there is none."""
    expressions = [text for one in about for text in one.hints]
    choices = {name: choices_of(row, name, expressions, fresh=fresh) for name in sorted(together)}
    names = together.union(*(one.columns for one in about))
    for name in names - choices.keys():
        choices[name] = [row.values.get(name)]
    # Of generated columns the conditions may name, those whose sources are all known.
    derived = {
        column.name: (column.generated, column.type)
        for column in row.columns.values()
        if column.generated is not None and row.sources(column.name) <= names
    }
    types = {name: row.columns[name].type for name in names}
    try:
        found = solver.solved(
            row.connection, row.table[1], [one.text for one in about], types, choices, derived
        )
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        because = f"{about[0].name}: {error.diag.message_primary or error}"
        raise impossible(row.table, because, columns=sorted(together)) from None
    return {name: text for name, text in found.items() if name in together} if found else None


def choices_of(
    row: Row, name: str, expressions: Iterable[str], *, fresh: bool = True
) -> list[str | None]:
    """Return what a column may become, the present value first.

    `fresh` has rows made that it may refer to, where there is one already.
    """
    column = row.columns[name]
    if name in row.fixed:
        return [row.values[name]]
    if column.generated is not None:
        return []
    first = [row.values[name]] if name in row.values else _default(row, column)
    for key in row.foreign_keys():
        if name in key.columns:
            first += _parents(row, key, name, fresh=fresh)
            # A row may be its own parent, and then has the value that it gets itself.
            if key.references is None or key.references[:2] != row.table:
                return first
    number, kind = row.supply.next(), row.supply.kinds(column.type)
    more = [
        *hints((*kind.checks, *expressions), kind, number),
        *candidates(kind, number, f"{name} of {row.label} {number}"),
    ]
    return [*first, *more, *([None] if column.nullable else [])]


def _default(row: Row, column: Column) -> list[str | None]:
    """Return the value that a column takes when an insert leaves it out."""
    if column.default is None:
        return [None] if column.nullable else []
    statement = sql.SQL("select cast({} as {})::text").format(
        sql.SQL(column.default), sql.SQL(column.type)
    )
    return [found[0] for found in tried_out(row.connection, statement).rows]


def _parents(row: Row, key: Constraint, name: str, *, fresh: bool) -> list[str | None]:
    """Return what a column that refers to another table may be: one of its rows, or NULL."""
    known = (key.name, fresh)
    if known not in row.parents:
        row.parents[known] = [*_referring(row, key, fresh=fresh)]
    found = [one[name] for one in row.parents[known]]
    # A row that refers to nothing is nobody's, where what it refers to says whose it is.
    without = row.columns[name].nullable and not row.leads(key)
    # Another row is better than none for one that refers to one already.
    return [*found, *([None] if without and (fresh or row.values.get(name) is None) else [])]


def _referring(row: Row, key: Constraint, *, fresh: bool) -> Iterable[dict[str, str | None]]:
    """Yield what the columns of a foreign key may be together."""
    for again in (False, True) if fresh else (False,):
        trial = replace(row, values={**row.values})
        trial.fixed = row.fixed
        for column in key.columns:
            if column not in row.fixed:
                trial.values.pop(column, None)
        try:
            trial.refer(key, fresh=again)
        except CannotDetermine:
            continue
        yield trial.values
    if fresh:
        # A lookup table may be full: what is there already has to do.
        yield from row.there(key)
