"""What an identity asks a view or a function, and the answers with and without rows of another."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import sql

from pytest_schemaverify.behaviour.access.cursors import fetched
from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    administered,
    ran,
    tried,
)
from pytest_schemaverify.behaviour.access.rosters import remove
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.endpoints.endpoints import Endpoint

Answers = Sequence[Outcome | None]
"""The outcomes of an endpoint's statements; None for one that met a bound, or was not tried."""


@dataclass(slots=True)
class Request:
    """An identity that asks a view or a function."""

    who: Identity
    endpoint: Endpoint
    first: Answers = ()
    """What it answered when all rows were there."""


def answers(scene: Scene, request: Request) -> Answers:
    """Return what comes of each statement."""
    return [asked(scene, request.who, request.endpoint, one) for one in request.endpoint.statements]


def asked(
    scene: Scene, who: Identity, endpoint: Endpoint, statement: sql.Composed
) -> Outcome | None:
    """Return what comes of one; None if it meets a bound, or is not tried."""

    def answered() -> Outcome:
        if not endpoint.cursor:
            return tried(scene.connection, who, statement)
        with acting(scene.connection, who):
            return fetched(scene.connection, ran(scene.connection, statement))

    return endpoint.made(statement, answered)


def differ(some: Answers, others: Answers) -> bool:
    """Return whether any of the answers is another."""
    pairs = zip(some, others, strict=True)
    return any(one and other and answer(one) != answer(other) for one, other in pairs)


def answer(outcome: Outcome) -> tuple[object, ...]:
    """Return what of an outcome its identity sees, in any order of its rows."""
    # Without an `order by` the server may return the same rows in another order.
    return (outcome.state, outcome.message, sorted(map(repr, outcome.rows)))


@contextmanager
def without(
    scene: Scene, other: Identity, tables: Sequence[Table], *, public: bool = False
) -> Iterator[None]:
    """Take the other tenant's rows away until the block ends, even if other rows refer to them.

    Those that everybody may see stay, unless they are to go as well.
    """
    with scene.connection.transaction(force_rollback=True):
        theirs = {table: scene.owners[table].of(other) for table in tables}
        remove(scene, theirs, public=public)
        yield


def refresh(scene: Scene, schemas: frozenset[str]) -> None:
    """Have materialized views show the rows that are there."""
    found = [
        (row.schema, row.name) for row in scene.catalog.families["views"].values()
        if row.kind == "materialized view" and row.schema in schemas
    ]  # fmt: skip
    for view in found:
        with scene.connection.transaction():
            ran_ = sql.SQL("refresh materialized view {}").format(sql.Identifier(*view))
            administered(scene.connection, ran_)
