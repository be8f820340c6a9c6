"""Columns that say what somebody may do, in the row about who is there.

Policies read them, or they are called like it. A column that only says who sees the row in which it
stands, such as `published`, is no right.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import administered
from pytest_schemaverify.behaviour.access.policy_texts import texts_about, with_called
from pytest_schemaverify.behaviour.access.rows import solver
from pytest_schemaverify.behaviour.access.rows.hints import hints
from pytest_schemaverify.behaviour.access.rows.values import candidates
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import LARGE, Table, type_name
from pytest_schemaverify.behaviour.access.trying.column_values import mentioning
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.constraints.row import Constraint

MOST = 12
"""Values of a column that are tried."""
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_MOMENTS = ("2000-01-01", "2100-01-01")


@dataclass(frozen=True, slots=True)
class Right:
    """A column of a row about a tenant that policies read."""

    table: Table
    column: Column
    own: dict[str, str | None]
    """What the tenant's own row has in the columns that say whose it is."""
    asked: tuple[Table, ...]
    """Tables whose policies read it, without those that only hang below the row."""
    texts: tuple[str, ...]
    """Their expressions, with the functions and views that they use."""
    named: bool
    """Whether its name says that it is about rights."""


def rights(scene: Scene, name: str) -> Iterator[Right]:
    """Yield the columns of a tenant's own rows that may decide what it can do."""
    texts = {table: _texts(scene, table) for table in _with_policies(scene)}
    words = {table: _words(listed) for table, listed in texts.items()}
    for table in _tables(scene):
        own = own_row(scene, name, table)
        for column in scene.columns(table).values() if own else ():
            if not _is_open(scene, table, column, own):
                continue
            # What a policy reads only of the row that it is about decides about that row alone.
            asked = [
                one for one, said in words.items() if column.name in said and table[1] in said
            ]  # fmt: skip
            about = _is_about_somebody(scene, table, {*own, column.name})
            if asked and not about:
                below = _below(scene, table)
                asked = [one for one in asked if one not in below]
            listed = dict.fromkeys(text for one in asked for text in texts[one])
            named = about and _is_called_so(scene, table, column)
            if asked or named:
                yield Right(table, column, own, tuple(asked), tuple(listed), named)


_NAME = re.compile(
    r"(is_|has_)?(super_?)?(admin|user_admin|staff|moderator|premium|verified|paid|banned|suspended)"
    r"|(\w+_)?role|roles|permissions|privileges|(\w+_)?(plan|tier)|subscription_status"
    r"|(\w+_)?(credits?|balance|quota)|(max|seat|storage|rate|usage)_(limit|seats|members|quota)"
)


def _is_called_so(scene: Scene, table: Table, column: Column) -> bool:
    """Return whether a column is called like a right, and is no text of somebody's own.

    A role may be what somebody does for a living, and a plan one for meals.
    """
    kind = scene.maker.supply.kinds(column.type)
    closed = (
        kind.category in ("B", "N", "E")
        or column.default is not None
        or _lookup(scene, table, column) is not None
        or any(
            row.kind == "check" and column.name in row.columns
            for row in scene.catalog.of_table("constraints", *table)
        )
    )
    return closed and _NAME.fullmatch(column.name) is not None and kind.name not in _DOCUMENTS


_DOCUMENTS = ("json", "jsonb")


def asking(scene: Scene) -> dict[Table, list[Table]]:
    """Return the tables that policies of other tables look into, each with these."""
    found: dict[Table, list[Table]] = {}
    for asked in _with_policies(scene):
        words = _words(_texts(scene, asked))
        for table in _tables(scene):
            if table != asked and table[1] in words:
                found.setdefault(table, []).append(asked)
    return found


def own_row(scene: Scene, name: str, table: Table) -> dict[str, str | None]:
    """Return what a row about a tenant has in the columns that say so; {} if there is none such.

    These are the tenant, the person, and the key of the tenant's own table.
    """
    identity = scene.identities[name]
    sub = identity.claim("sub")
    usual = scene.maker.usual.get((name, table), {})
    found: dict[str, str | None] = {
        column: value for column, value in usual.items() if value and value == sub
    }
    owner = scene.owners.get(table)
    if owner is not None and owner.column:
        found[owner.column] = owner.of(identity)
    for referring, whose in scene.owners.items():
        for key in _foreign_keys(scene, referring):
            if key.references and key.references[0:2] == table and key.columns == (whose.column,):
                found[key.references[2][0]] = whose.of(identity)
    return found


def values(scene: Scene, right: Right) -> list[str | None]:
    """Return what a column of rights may be, the value that it has by default first."""
    column, table = right.column, right.table
    kind = scene.maker.supply.kinds(column.type)
    null: list[str | None] = [None] if column.nullable else []
    if (key := _lookup(scene, table, column)) is not None:
        return [*_referred(scene, key), *null]
    if kind.name in ("bool", "boolean"):
        return ["false", "true", *null]
    if kind.category in ("D", "T"):
        return [*null, *_MOMENTS] if kind.name != "interval" else null
    checks = [
        row.expression for row in scene.catalog.of_table("constraints", *table)
        if row.kind == "check" and row.expression and column.name in row.columns
    ]  # fmt: skip
    # What stands beside the column comes first, then what is given to a function that reads it.
    near = [*mentioning(column.name, right.texts), *checks, *kind.checks]
    said = [*kind.labels, *hints(near, kind, 1), *hints(right.texts, kind, 1)]
    if right.named:
        number = scene.maker.supply.next()
        said += candidates(kind, number, f"{column.name} {number}")
    taken = solver.valid(scene.connection, column.type, dict.fromkeys(said))
    return [*taken[:MOST], *null]


def _tables(scene: Scene) -> list[Table]:
    return [
        (row.schema, row.name)
        for row in scene.catalog.families["tables"].values()
        if row.kind in ("table", "partitioned table") and not row.partition_of
    ]


def _with_policies(scene: Scene) -> list[Table]:
    found = {(one.schema, one.table) for one in scene.catalog.families["policies"].values()}
    return sorted(found)


def _texts(scene: Scene, table: Table) -> list[str]:
    """Return the expressions of a table's policies, and the functions and views behind them."""
    found = texts_about(scene.catalog, table)
    words = _words(found)
    views = [
        one.definition for one in scene.catalog.families["views"].values() if one.name in words
    ]  # fmt: skip
    return [*found, *with_called(scene.catalog, views)] if views else found


def _words(texts: Sequence[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"\w+", _LITERAL.sub("''", text))}


def _foreign_keys(scene: Scene, table: Table) -> list[Constraint]:
    return [
        row for row in scene.catalog.of_table("constraints", *table)
        if row.kind == "foreign key" and row.references
    ]  # fmt: skip


def _is_open(scene: Scene, table: Table, column: Column, own: dict[str, str | None]) -> bool:
    """Return whether a column can say what somebody may do: it neither tells nor links rows."""
    if column.name in own or column.generated or column.identity:
        return False
    if type_name(column.type) in LARGE:
        return False
    keys = [row for row in scene.catalog.of_table("constraints", *table) if row.kind in _KEYS]
    if any(row.columns == (column.name,) for row in keys):
        return False
    linked = any(column.name in key.columns for key in _foreign_keys(scene, table))
    return not linked or _lookup(scene, table, column) is not None


_KEYS = ("primary key", "unique")


def _lookup(scene: Scene, table: Table, column: Column) -> Constraint | None:
    """Return the foreign key by which a column names one of a fixed list, such as of roles."""
    for key in _foreign_keys(scene, table):
        if key.columns == (column.name,) and key.references:
            parent = key.references[:2]
            if not own_row(scene, "tenant A", parent) and parent not in scene.owners:
                return key
    return None


def _referred(scene: Scene, key: Constraint) -> list[str | None]:
    assert key.references is not None
    statement = sql.SQL("select {0}::text from {1} order by 1 limit {2}").format(
        sql.Identifier(key.references[2][0]), sql.Identifier(*key.references[:2]), sql.Literal(MOST)
    )
    return [row[0] for row in administered(scene.connection, statement).rows]


def _is_about_somebody(scene: Scene, table: Table, told: set[str]) -> bool:
    """Return whether there is one row of a table for a person, a member or a tenant."""
    rows = scene.catalog.of_table("constraints", *table)
    return any(row.kind in _KEYS and told.issuperset(row.columns) for row in rows)


def _below(scene: Scene, table: Table) -> set[Table]:
    """Return the tables whose rows refer to those of a table, directly or by others."""
    found = {table}
    while (
        more := {
            referring
            for referring in _tables(scene)
            for key in _foreign_keys(scene, referring)
            if key.references and key.references[:2] in found
        }
        - found
    ):
        found |= more
    return found - {table}
