"""Rows of the other tenant that one may see all the same: what is public, and what names one."""

import re
from collections.abc import Collection, Iterator

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.rosters import keys_of
from pytest_schemaverify.behaviour.access.rows import solver
from pytest_schemaverify.behaviour.access.rows.choices import choices_of
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, cast
from pytest_schemaverify.behaviour.access.tenants.staging.people import Person
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names


def visible(scene: Scene, table: Table, other: str, people: Collection[Person]) -> str:
    """Return the condition on rows that tenant A may see although they are not its own.

    They are none of the other tenant's, or public, or name tenant A as somebody.
    """
    parts = [_not_of(scene, table, other), *_naming(scene, table, people)]
    if public := scene.owners[table].public:
        parts.append(f"({public}\n)")  # the text may end in a comment
    return " or ".join(parts)


def _not_of(scene: Scene, table: Table, value: str) -> str:
    """Return the condition on rows that are none of the other tenant's."""
    owner = scene.owners[table]
    if owner.column:
        types = {name: column.type for name, column in scene.columns(table).items()}
        return " and ".join(
            f"{names.quoted(name)} is distinct from "
            f"{cast(text, types[name]).as_string(scene.connection)}"
            for name, text in scene.marks(table, value).items()
        )
    keys = keys_of(scene, table, value)
    return f"not ({scene.keys(table, keys).as_string(scene.connection)})"


def _naming(scene: Scene, table: Table, people: Collection[Person]) -> Iterator[str]:
    mine = scene.identities["tenant A"].claim("sub")
    for at, name in people:
        if at == table and mine is not None:
            me = cast(mine, scene.columns(table)[name].type).as_string(scene.connection)
            yield f"{names.quoted(name)} is not distinct from {me}"


def require_conditions(scene: Scene, tables: Collection[Table]) -> None:
    """Raise CannotDetermine for a condition of `isolate.shared` that the server does not take."""
    for table in tables:
        statement = sql.SQL("select 1 from {} as t where ({}\n) limit 0").format(
            sql.Identifier(*table), sql.SQL(scene.owners[table].public)
        )
        try:
            with scene.connection.transaction():
                scene.connection.execute(statement)
        except psycopg.Error as error:
            if error.sqlstate is None:
                raise
            raise CannotDetermine(
                f"telling which rows of {names.quoted(*table)} others may see",
                because=error.diag.message_primary or str(error),
                remedy="correct `isolate.shared`",
            ) from None


def add_hidden_rows(scene: Scene, table: Table) -> None:
    """See to it that each tenant has a row in a table that is not public, unless all are.

    Raises CannotDetermine where there is none and none can be made.
    """
    public = scene.owners[table].public
    if not public or public.strip().lower() == "true":
        return
    for identity in scene.identities.values():
        value = scene.owners[table].of(identity)
        if value is None or _hidden(scene, table, value):
            continue
        scene.maker.row(table, _values(scene, table, value, identity.name), identity.name)
        if not _hidden(scene, table, value):
            raise _all_public(table)


def _values(scene: Scene, table: Table, value: str, label: str) -> dict[str, str | None]:
    """Return values of a row of an owner that is not public. Raises CannotDetermine."""
    hidden = f"({scene.owners[table].public}\n) is not true"
    given = scene.given(table, value, label)
    row = scene.maker.begun(table, {**given}, label)
    words = set(re.findall(r"\w+", hidden))
    columns = [name for name, one in row.columns.items() if name in words and not one.generated]
    checks = [
        one.expression for one in scene.catalog.of_table("constraints", *table)
        if one.kind == "check" and one.expression and {*one.columns} <= {*columns}
    ]  # fmt: skip
    choices = {name: choices_of(row, name, [hidden, *checks]) for name in columns}
    types = {name: column.type for name, column in row.columns.items()}
    found = solver.solved(scene.connection, table[1], [hidden, *checks], types, choices)
    if found is None:
        raise _all_public(table)
    return {**given, **found}


def _hidden(scene: Scene, table: Table, value: str) -> bool:
    statement = sql.SQL("select 1 from {} as t where {} and ({}\n) is not true limit 1").format(
        sql.Identifier(*table), scene.belongs(table, "t", value),
        sql.SQL(scene.owners[table].public),
    )  # fmt: skip
    return scene.connection.execute(statement).fetchone() is not None


def _all_public(table: Table) -> CannotDetermine:
    return CannotDetermine(
        f"telling the rows of {names.quoted(*table)} that others may see from those that they may "
        "not",
        because="every row that was made meets the condition under `isolate.shared`",
        remedy=f"say what a row has that does not: `isolate: {{rows: {{{names.quoted(*table)}: "
        "{column: value}}}`, or `true` if all of them may be seen",
    )
