"""Rows of the other tenant that name tenant A as somebody: what it may do to them.

Reading them may be right, for a receiver or an assignee. That they may be changed or deleted as
their owner may is told, unless the file says under `also` that they belong to both.
"""

import re
from collections.abc import Iterator

from psycopg import sql

from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Made, Table
from pytest_schemaverify.behaviour.access.tenants.leak import Leak
from pytest_schemaverify.behaviour.access.trying.attempts import written
from pytest_schemaverify.behaviour.access.trying.consequences import looked_into
from pytest_schemaverify.behaviour.access.trying.trial import Change, Trial
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names

_DOES = {"update": "changes", "delete": "deletes"}


def named(scene: Scene, table: Table) -> Iterator[Leak]:
    """Yield what tenant A can do to rows of tenant B in which a column names it."""
    owner = scene.owners[table]
    if not owner.column or owner.claim != "sub" or owner.setting or _is_asked(scene, table):
        return
    for at, column in sorted(scene.people):
        if at == table and column not in (owner.column, *owner.also):
            for command in _DOES:
                if _as_the_owner(scene, table, column, command):
                    yield from _tried(scene, table, column, command)


def _is_asked(scene: Scene, table: Table) -> bool:
    """Return whether policies of other tables look into this one: naming somebody lets them in."""
    return any(table in asked for one, asked in looked_into(scene).items() if one != table)


def _as_the_owner(scene: Scene, table: Table, column: str, command: str) -> bool:
    """Return whether policies for a command ask for the owner or for the one who is named.

    One that asks only for the latter says that this is meant.
    """
    words = [
        set(re.findall(r"\w+", policy.using or ""))
        for policy in scene.catalog.of_table("policies", *table)
        if policy.command in (command, "all") and policy.permissive
    ]
    naming = [one for one in words if column in one]
    return bool(naming) and all(scene.owners[table].column in one for one in naming)


def _tried(scene: Scene, table: Table, column: str, command: str) -> Iterator[Leak]:
    with scene.meanwhile():
        scene.cache.clear()  # what was asked before was about other rows
        row = _row(scene, table, column)
        if row is None:
            return
        trial = Trial(scene, scene.identities["tenant A"], table)
        where = scene.condition(table, {name: row.row[name] for name in scene.primary_key(table)})
        found = trial.changed(command, _statement(trial, column, command), where)
        if found.others:
            told = f"tenant A {_DOES[command]} a row of tenant B, whose {column} it is"
            again = (
                f"if the row is that of both: `isolate: {{also: [{column}]}}`\n"
                f"{command}:\n{written(trial.identity, found.outcome)}"
            )
            yield Leak(names.quoted(*table), "\n".join([told, *found.shown]), again, command)


def _row(scene: Scene, table: Table, column: str) -> Made | None:
    """Return a row of tenant B that names tenant A; None where there can be none."""
    value = scene.owners[table].of(scene.identities["tenant B"])
    me = scene.identities["tenant A"].claim("sub")
    if value is None or not scene.primary_key(table):
        return None
    try:
        given = {**scene.given(table, value, "tenant B"), column: me}
        row = scene.maker.row(table, given, "tenant B")
    except CannotDetermine:
        if scene.connection.closed:
            raise
        return None
    return row if row.row.get(column) == me else None


def _statement(trial: Trial, column: str, command: str) -> Change:
    begun = {"delete": "delete from {0} as t", "update": "update {0} as t set {1} = {1}"}[command]

    def statement(where: sql.Composed | None) -> sql.Composed:
        made = sql.SQL(begun).format(trial.relation, sql.Identifier(column))
        return made if where is None else sql.SQL("{} where {}").format(made, where)

    return statement
