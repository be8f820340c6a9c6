"""Rows of an answer in one line each, for the message of a failure."""

import json
from collections.abc import Sequence
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.sql.row_values import marked

WIDTH = 160
"""Characters of a row in a message."""


def described(columns: Sequence[str], row: Sequence[Any]) -> str:
    """Return a row for a message, in one line: `id = 4711, content = bob's secret`.

    What is NULL is left out.
    """
    parts = []
    for name, value in zip(columns, row, strict=True):
        text = json.dumps(value) if isinstance(value, (dict, list)) else str(value)
        if value is not None and text not in ("", "{}", "[]", "f", "t", "0"):
            parts.append(f"{name} = {text if len(text) <= 40 else text[:39] + '…'}")
    line = ", ".join(parts)
    return marked(line if len(line) <= WIDTH else line[: WIDTH - 1] + "…")


def shown_rows(scene: Scene, table: Table, keys: Sequence[str]) -> list[str]:
    """Return rows as one line each, with whose they are."""
    columns = [
        column.name for column in scene.catalog.of_table("columns", *table)
        if not column.type.partition("(")[0].endswith(("vector", "vec", "bytea"))
    ]  # fmt: skip
    picked = sql.SQL(", ").join(
        sql.SQL("{}::text as {}").format(sql.Identifier("t", name), sql.Identifier(name))
        for name in columns
    )
    owner = scene.owner_of(table, "t") if table in scene.owners else sql.SQL("null::text")
    statement = sql.SQL("select {}, {}, {} from {} as t where {}").format(
        scene.key(table), owner, picked, sql.Identifier(*table), scene.keys(table, keys)
    )
    rows = sorted(scene.connection.execute(statement), key=lambda row: keys.index(row[0]))
    return [
        f"{scene.whose(table, whose)} row: {described(columns, row)}" for _, whose, *row in rows
    ]
