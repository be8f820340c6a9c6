from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.vectors import VectorColumn
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.vector_types import MOST_DIMENSIONS, MOST_NONZERO


def query(looked: VectorColumn) -> sql.Composed:
    """Return the most elements that are not zero in a stored sparsevec; NULL for other types."""
    type_ = looked.require_vectors()
    if type_.name != "sparsevec":
        return sql.SQL("select null::bigint where {}").format(sql.Literal(True))
    # Its text lists them: {1:0.5,7:1}/1000
    column, table = sql.SQL(looked.name), sql.SQL(looked.table)
    return sql.SQL(
        "select max(pg_catalog.length(v) - pg_catalog.length(pg_catalog.replace(v, ':', '')))"
        " from (select {}::text as v from {}) as stored"
    ).format(column, table)


def check(expected: bool, looked: VectorColumn, rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """An index can take every vector that the column may hold."""
    if not expected:
        return
    type_ = looked.require_vectors()
    most = MOST_DIMENSIONS.get(type_.name)
    method = next((one.index.method for one in looked.suitable), "hnsw")
    if type_.name == "sparsevec":
        nonzero = rows[0][0] or 0
        if method == "ivfflat":
            yield Finding(expected="a type that ivfflat takes", actual="sparsevec")
        if nonzero > MOST_NONZERO:
            yield Finding(
                expected=f"at most {MOST_NONZERO} elements that are not zero",
                actual=f"{nonzero} in one of the vectors",
                identity=f"more than {MOST_NONZERO} elements that are not zero",
                hint="hnsw refuses it: the row cannot be written once there is an index",
            )
    elif not type_.dimensions and not _cast(looked):
        yield Finding(expected="a number of dimensions", actual=f"a {type_.name} of any dimensions")
    elif most and type_.dimensions > most and not _cast(looked):
        yield Finding(
            expected=f"at most {most} dimensions of a {type_.name}",
            actual=f"{type_.dimensions}",
            hint=_way_out(type_.name, type_.dimensions),
        )


def _cast(looked: VectorColumn) -> bool:
    """Return whether what is indexed is a cast of the column to a smaller type."""
    return any(one.expression != looked.name for one in looked.suitable)


def _way_out(type_: str, dimensions: int) -> str:
    half = MOST_DIMENSIONS["halfvec"]
    if type_ == "vector" and dimensions <= half:
        return f"halfvec takes up to {half}: index the cast to halfvec({dimensions})"
    return "index fewer dimensions (subvector), or the bits (binary_quantize)"
