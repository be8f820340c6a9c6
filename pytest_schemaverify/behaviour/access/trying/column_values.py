"""Other values for a column of a row: those that its type, its checks and its policies know."""

from collections.abc import Iterable, Iterator, Sequence

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Identity, administered
from pytest_schemaverify.behaviour.access.policy_texts import parts_of, texts_about
from pytest_schemaverify.behaviour.access.rows import solver
from pytest_schemaverify.behaviour.access.rows.hints import hints
from pytest_schemaverify.behaviour.access.rows.values import candidates
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.sql import names

MOST = 12
"""Values of a column that are tried."""


def other_values(
    scene: Scene, identity: Identity, table: Table, column: Column
) -> list[str | None]:
    """Return values for a column of an identity's row, the likeliest to be taken first."""
    null: list[str | None] = [None] if column.nullable else []
    if (key := _key_with(scene, table, column)) is not None:
        return [*dict.fromkeys([*_referred(scene, identity, key, column), *null])]
    texts = [*_owners(scene, identity, table, column), *_of_type(scene, table, column)]
    number = scene.maker.supply.next()
    kind = scene.maker.supply.kinds(column.type)
    texts += candidates(kind, number, f"another {column.name} {number}")
    taken = solver.valid(scene.connection, column.type, dict.fromkeys(texts))
    return [*taken[:MOST], *null]


def mentioning(column: str, expressions: Iterable[str]) -> list[str]:
    """Return the parts of expressions that name a column."""
    name = names.quoted(column)
    return [part for one in expressions for part in parts_of(one) if name in part]


def _key_with(scene: Scene, table: Table, column: Column) -> Constraint | None:
    rows = scene.catalog.of_table("constraints", *table)
    found = [row for row in rows if row.kind == "foreign key" and column.name in row.columns]
    # A key of this column alone says more of it than one that carries a tenant along.
    return min(found, key=lambda row: len(row.columns), default=None)


def _owners(scene: Scene, identity: Identity, table: Table, column: Column) -> Iterator[str]:
    """Yield the owners that a row may be given to, where the column has the owner."""
    owner = scene.owners.get(table)
    if owner is not None and owner.column == column.name:
        other = scene.another(table, identity)
        yield from () if other is None else (other[1],)


def _of_type(scene: Scene, table: Table, column: Column) -> list[str]:
    """Return what enums, checks and policies name."""
    kind = scene.maker.supply.kinds(column.type)
    checks = [
        row.expression for row in scene.catalog.of_table("constraints", *table)
        if row.kind == "check" and row.expression and column.name in row.columns
    ]  # fmt: skip
    said = mentioning(column.name, [*checks, *texts_about(scene.catalog, table)])
    found = [*kind.labels, *hints((*kind.checks, *checks, *said), kind, 1)]
    if kind.name in ("bool", "boolean"):
        return ["true", "false"]
    return [*dict.fromkeys(found)][:MOST]


def _referred(
    scene: Scene, identity: Identity, key: Constraint, column: Column
) -> Sequence[str | None]:
    """Return the values of rows that a foreign key can refer to, the identity's own first."""
    assert key.references is not None
    parent, to = key.references[:2], key.references[2][key.columns.index(column.name)]
    owner = scene.owners.get(parent)
    mine = owner.of(identity) if owner else None
    label = identity.name if mine is not None else "somebody"
    # A row of its own beside the one that it refers to already: to this one it can change.
    try:
        with scene.connection.transaction():
            given = scene.given(parent, mine, label) if mine is not None else {}
            scene.maker.row(parent, given, label)
    except CannotDetermine:
        if scene.connection.closed:
            raise
    whose = scene.owner_of(parent, "t") if owner else sql.SQL("null::text")
    statement = sql.SQL(
        "select {}::text from {} as t order by coalesce({} = {}, false) desc, ctid desc limit {}"
    ).format(
        sql.Identifier("t", to), sql.Identifier(*parent), whose, sql.Literal(mine),
        sql.Literal(MOST),
    )  # fmt: skip
    return [row[0] for row in administered(scene.connection, statement).rows]
