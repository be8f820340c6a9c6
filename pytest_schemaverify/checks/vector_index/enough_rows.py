from collections.abc import Iterator
from math import sqrt

from psycopg import sql

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.vectors import Looked

_FEW = 1_000_000
"""Rows up to which pgvector's README wants one list for a thousand of them."""
_FAR = 10
"""So many times more or fewer lists than that is no longer a matter of taste."""


def query(looked: Looked) -> sql.Composed:
    """Count the vectors."""
    looked.require_vectors()
    return sql.SQL("select count({}) from {}").format(sql.SQL(looked.name), sql.SQL(looked.table))


def check(expected: bool, looked: Looked, rows: list[tuple[int]]) -> Iterator[Finding]:
    """An IVFFlat index has lists for about as many rows as there are; an HNSW index needs none."""
    [(count,)] = rows
    for one in looked.serving if expected else ():
        lists = int(one.option("lists") or 0)
        if one.index.method != "ivfflat":
            continue
        right = max(1, round(count / 1000 if count <= _FEW else sqrt(count)))
        if lists > count:
            yield Finding(
                expected=f"at least as many vectors as lists: {lists}",
                actual=f"{count}",
                subject=one.index.name,
                hint="its lists are made from the rows that are there when it is built; build it "
                "after they are loaded, or use hnsw",
            )
        elif lists > 1 and not right / _FAR <= lists <= right * _FAR:
            yield Finding(
                expected=f"about {right} {'list' if right == 1 else 'lists'} for {count} vectors",
                actual=f"{lists}",
                subject=one.index.name,
            )
