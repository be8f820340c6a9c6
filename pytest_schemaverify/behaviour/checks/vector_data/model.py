from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.vectors import VectorColumn, shares
from pytest_schemaverify.findings import Finding, samples
from pytest_schemaverify.sql.names import parts


def query(looked: VectorColumn, expected: str, condition: sql.SQL) -> sql.Composed:
    """Count the vectors by the model that made them."""
    return sql.SQL(
        "select {model}::text, count(*) from {table} where ({condition}) and {column} is not null"
        " group by 1 order by 2 desc, 1"
    ).format(
        model=sql.Identifier(*parts(expected)), table=sql.SQL(looked.table),
        condition=condition, column=sql.SQL(looked.name),
    )  # fmt: skip


def check(
    expected: str, looked: VectorColumn, entry: Any, rows: list[tuple[str | None, int]]
) -> Iterator[Finding]:
    """One model made all vectors, or one of those that are declared made each."""
    shares.require(len(rows), looked, entry)
    named = [model for model, _ in rows if model is not None]
    # The rows come with the most frequent model first: without a list it is the one that is meant.
    allowed = entry.models or named[:1]
    others = [(model, count) for model, count in rows if model not in allowed]
    if others:
        models = sorted(str(model) for model, _ in (others if entry.models else rows))
        yield Finding(
            expected=f"vectors of {' or '.join(entry.models or ['one model only'])}",
            identity=f"models: {', '.join(models)}",
            actual=", ".join(
                f"{count} of {samples([model], 60) if model else 'no model'}"
                for model, count in rows
            ),
            hint="distances between vectors of two models mean nothing",
        )
