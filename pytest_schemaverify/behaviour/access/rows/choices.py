"""What the columns of a row may become so that its check constraints hold."""

from collections.abc import Iterable
from dataclasses import replace

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import administered
from pytest_schemaverify.behaviour.access.rows import solver
from pytest_schemaverify.behaviour.access.rows.row import Row
from pytest_schemaverify.behaviour.access.rows.values import candidates
from pytest_schemaverify.behaviour.access.statements import impossible
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.constraints.row import Constraint


def satisfy(row: Row, name: str) -> None:
    """Choose the columns of a check, and of all checks that share them, anew.

    Raises CannotDetermine where no choice satisfies them.
    """
    checks = [
        one for one in row.catalog.of_table("constraints", *row.table)
        if one.kind == "check" and one.expression
    ]  # fmt: skip
    failed = [one for one in checks if one.name == name]
    columns = _connected({column for one in failed for column in one.columns}, checks)
    together = [one for one in checks if columns & set(one.columns)]
    expressions = [one.expression or "" for one in together]
    choices = {column: choices_of(row, column, expressions) for column in sorted(columns)}
    types = {column: row.columns[column].type for column in columns}
    found = solver.solved(row.connection, row.table[1], expressions, types, choices)
    if found is None or not failed:
        text = failed[0].expression if failed else ""
        raise impossible(row.table, f"no value was found for the check {name}: {text}")
    for column, text in found.items():
        # A NULL is written only where leaving the column out would give it its default.
        default = row.columns[column].default is not None
        if text is not None or column in row.values or default:
            row.values[column] = text


def _connected(columns: set[str], checks: Iterable[Constraint]) -> set[str]:
    """Return columns with all those that checks tie to them, directly or not."""
    tied = {column for one in checks if columns & set(one.columns) for column in one.columns}
    return columns if tied <= columns else _connected(columns | tied, checks)


def choices_of(row: Row, name: str, expressions: Iterable[str]) -> list[str | None]:
    """Return what a column may become, the present value first."""
    column = row.columns[name]
    if name in row.fixed:
        return [row.values[name]]
    if column.generated is not None:
        return []
    first = [row.values[name]] if name in row.values else _default(row, column)
    for key in row.foreign_keys():
        if name in key.columns:
            return [*first, *_parents(row, key, name)]
    number, kind = row.supply.next(), row.supply.kinds(column.type)
    more = [
        *solver.hints((*kind.checks, *expressions), kind, number),
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
    with row.connection.transaction(force_rollback=True):
        return [found[0] for found in administered(row.connection, statement).rows]


def _parents(row: Row, key: Constraint, name: str) -> list[str | None]:
    """Return what a column that refers to another table may be: a row of that, or NULL."""
    found: list[str | None] = []
    for fresh in (False, True):
        trial = replace(row, values={**row.values})
        trial.fixed = row.fixed
        for column in key.columns:
            if column not in row.fixed:
                trial.values.pop(column, None)
        trial.refer(key, fresh=fresh)
        found.append(trial.values[name])
    return [*found, *([None] if row.columns[name].nullable else [])]
