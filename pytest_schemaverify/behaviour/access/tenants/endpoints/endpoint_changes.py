"""What a call of a function, or a statement through a view, does to rows of the other tenant."""

from collections.abc import Sequence
from functools import partial

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    become_administrator,
    ran,
)
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.endpoints.requests import Request
from pytest_schemaverify.behaviour.access.tenants.leak import Leak
from pytest_schemaverify.behaviour.access.trying.attempts import written
from pytest_schemaverify.sql import names

State = dict[Table, tuple[int, str]]
"""How many rows of the other tenant each table has, and a digest of them and of where they are."""


def touched_by(
    scene: Scene, other: Identity, request: Request, tables: Sequence[Table]
) -> Leak | None:
    """Return what the first statement does that changes, adds or deletes rows of the other."""
    endpoint = request.endpoint
    if not endpoint.changes:
        return None
    before = _state(scene, other, tables)

    def called(statement: sql.Composed) -> tuple[Outcome, State]:
        with acting(scene.connection, request.who):
            outcome = ran(scene.connection, statement)
            if not outcome.done:
                return outcome, before
            become_administrator(scene.connection)
            return outcome, _state(scene, other, tables)

    for statement in endpoint.changes:
        if (found := endpoint.made(statement, partial(called, statement))) is None:
            continue
        outcome, after = found
        if told := _told(before, after):
            again = written(request.who, outcome)
            return Leak(endpoint.subject, f"{request.who.name} {told}", again)
    return None


def _told(before: State, after: State) -> str:
    """Return what is another than before, in words; "" if nothing is."""
    changed = [table for table in before if before[table] != after[table]]
    if not changed:
        return ""
    more = after[changed[0]][0] - before[changed[0]][0]
    does = "changes" if not more else "adds" if more > 0 else "deletes"
    return f"{does} rows of tenant B in {', '.join(names.quoted(*table) for table in changed)}"


def _state(scene: Scene, other: Identity, tables: Sequence[Table]) -> State:
    # Where a row is changes with each update, also with one to the values that it has.
    each = [
        sql.SQL(
            "(select pg_catalog.count(*) || ' ' || coalesce(pg_catalog.md5(pg_catalog.string_agg("
            "t::text || t.ctid::text, ' ' order by t::text, t.ctid)), '') "
            "from {} as t where {} = {})"
        ).format(
            sql.Identifier(*table), scene.owner_of(table, "t"),
            sql.Literal(scene.owners[table].of(other)),
        )
        for table in tables
    ]  # fmt: skip
    every = sql.SQL("select array[{}]::text[]").format(sql.SQL(", ").join(each))
    row = scene.connection.execute(every).fetchone()
    found = (text.partition(" ") for text in (row[0] if row else ()))
    return {
        table: (int(count), digest) for table, (count, _, digest) in zip(tables, found, strict=True)
    }
