"""Rows that belong to nobody, and those to whom they are open for that reason."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.admission import admitting
from pytest_schemaverify.behaviour.access.identities import Identity, tried
from pytest_schemaverify.behaviour.access.rosters import keys_of
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.forged_tokens import deficient
from pytest_schemaverify.behaviour.access.tenants.leak import Leak
from pytest_schemaverify.behaviour.access.tenants.policy_branches import alternatives, deciding
from pytest_schemaverify.behaviour.access.tenants.tables.victims import victim_of
from pytest_schemaverify.behaviour.access.trying.attempts import written
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names

_STATEMENTS = {
    "select": ("sees", "select from {table} as t where {key}"),
    "update": ("changes", "update {table} as t set {column} = {column} where {key}"),
    "delete": ("deletes", "delete from {table} as t where {key}"),
}


def leaks_without_owner(
    scene: Scene, table: Table, callers: Sequence[Identity]
) -> Iterator[Leak]:  # fmt: skip
    """Yield what somebody can do with a row of nobody's because it is nobody's.

    A policy that says by itself that such rows may be read, as templates may, means it.
    """
    owner, column = scene.owners[table], scene.owner_column(table)
    expressions = deciding(scene.catalog, table)
    if column is None or not column.nullable or not expressions:
        return
    victim = victim_of(scene, table)
    if victim is None:
        return
    attacker = scene.identities["tenant A"]
    lacking = () if owner.setting else deficient(attacker, owner.claim, ())
    told: set[str] = set()
    for who in (*callers, *(one.identity for one in lacking)):
        usual = {*admitting(scene.connection, who, victim.row, [*expressions])}
        nobodys = victim.row.having(column.name, None)
        admitted = admitting(scene.connection, who, nobodys, [*expressions])
        opened = {
            command for one in admitted if one not in usual for command in expressions[one]
            if command != "select" or not _is_meant(scene, table, one, column.name)
        }  # fmt: skip
        for command in _STATEMENTS:
            if command in opened - told:
                for leak in _tried(scene, who, table, column.name, command):
                    told.add(command)
                    yield leak


def _is_meant(scene: Scene, table: Table, expression: str, column: str) -> bool:
    """Return whether a policy lets rows be read that never had an owner, and says so."""
    becomes_null = any(
        row.kind == "foreign key" and column in row.columns and row.on_delete.startswith("set null")
        for row in scene.catalog.of_table("constraints", *table)
    )
    said = re.compile(rf"(?<![\w.]){re.escape(names.quoted(column))} IS NULL\b", re.IGNORECASE)
    return not becomes_null and any(said.search(one) for one in alternatives(expression))


def _tried(
    scene: Scene, who: Identity, table: Table, column: str, command: str
) -> Iterator[Leak]:  # fmt: skip
    does, statement = _STATEMENTS[command]
    with scene.meanwhile():
        scene.cache.clear()
        with suppress(CannotDetermine, psycopg.Error), scene.connection.transaction():
            scene.maker.row(table, {column: None}, "nobody")
        keys = keys_of(scene, table, None)[:1]
        if not keys:
            return
        outcome = tried(
            scene.connection,
            who,
            sql.SQL(statement).format(
                table=sql.Identifier(*table),
                column=sql.Identifier(column),
                key=scene.keys(table, keys),
            ),
        )
    if outcome.done and outcome.count:
        told = f"{who.name} {does} a row without {names.quoted(column)}, which belongs to nobody"
        again = f"{command} of a row without an owner:\n{written(who, outcome)}"
        way = f"{command} of a row of nobody's"
        yield Leak(names.quoted(*table), told, again, way, identity=f"{who.name}: {way}")
