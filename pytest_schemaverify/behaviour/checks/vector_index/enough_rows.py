from collections.abc import Iterator
from math import sqrt

from psycopg import sql

from pytest_schemaverify.behaviour.vectors import VectorColumn
from pytest_schemaverify.findings import Finding

_FEW = 1_000_000
"""Rows up to which pgvector's README wants one list for a thousand of them."""
_FAR = 10
"""So many times more or fewer lists than that is no longer a matter of taste."""


def query(looked: VectorColumn) -> sql.Composed:
    """Count the vectors of each index for the column."""
    looked.require_vectors()
    counts: list[sql.Composable] = [
        sql.SQL("count({}) filter (where {})").format(
            sql.SQL(looked.name), sql.SQL(one.index.where or "true")
        )
        for one in looked.suitable
    ]
    return sql.SQL("select {} from {}").format(
        sql.SQL(", ").join(counts or [sql.SQL("count(*)")]), sql.SQL(looked.table)
    )


def check(expected: bool, looked: VectorColumn, rows: list[tuple[int, ...]]) -> Iterator[Finding]:
    """An IVFFlat index has lists for about as many rows as there are; an HNSW index needs none."""
    if not expected:
        return
    if not looked.suitable:
        yield Finding(expected="a vector index", actual=looked.without_index())
    for one, count in zip(looked.suitable, rows[0], strict=False):
        if one.index.method == "ivfflat":
            yield from _of_lists(one.index.name, int(one.option("lists")), count)


def _of_lists(name: str, lists: int, count: int) -> Iterator[Finding]:
    # The numbers of https://github.com/pgvector/pgvector#ivfflat: rows / 1000 up to a million rows,
    # above it their square root.
    right = max(1, round(count / 1000 if count <= _FEW else sqrt(count)))
    if lists > count:
        yield Finding(
            expected=f"at least as many vectors as lists: {lists}",
            actual=f"{count}",
            identity=f"fewer vectors than {lists} lists",
            subject=name,
            hint="its lists are made from the rows that are there when it is built; build it "
            "after they are loaded, or use hnsw",
        )
    elif lists > 1 and not right / _FAR <= lists <= right * _FAR:
        yield Finding(
            expected=f"about {right} {'list' if right == 1 else 'lists'} for {count} vectors",
            actual=f"{lists}",
            identity=f"{lists} lists are too {'few' if lists < right else 'many'}",
            subject=name,
        )
