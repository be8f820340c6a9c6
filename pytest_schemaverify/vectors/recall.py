"""How many of the true nearest neighbours an index finds."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pytest_schemaverify.catalog import VectorIndex
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.reading import Reader

from .adapters import received, register, sent
from .column import Looked
from .plans import nearest, plan_of

Progress = Callable[[str, int, int], None]
_SETTING = {"hnsw": "hnsw.ef_search", "ivfflat": "ivfflat.probes"}
_CLOSE = 1e-6
"""Relative difference of two distances that rounding explains."""


class Wanted(NamedTuple):
    """What to measure."""

    k: int
    """Number of neighbours."""
    queries: int
    """Number of stored vectors whose neighbours are looked for."""
    where: str = ""
    """Condition that queries have besides."""
    ef_search: int | None = None
    probes: int | None = None
    """What to search with; None for what is in force."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What came of searching with an index and without it."""

    index: VectorIndex
    shares: tuple[float, ...]
    """Share of the true neighbours that was found, for each query."""
    rows: int
    """Vectors that were searched."""
    candidates: str
    """The setting that was in force: `hnsw.ef_search = 40`."""
    generated: bool = False
    """Whether the vectors were made up."""

    @property
    def share(self) -> float:
        """Share of all true neighbours that was found."""
        return sum(self.shares) / len(self.shares)


class _Neighbour(NamedTuple):
    table: int
    place: str
    distance: float


def count(reader: Reader, looked: Looked, index: VectorIndex, where: str) -> int:
    """Return how many vectors an index has for queries with a condition."""
    query = f"select count(*) from {looked.table} where {_condition(index, where)}"
    row = reader.row(query)
    return int(row[0]) if row else 0


def recalled(
    reader: Reader, looked: Looked, index: VectorIndex, wanted: Wanted,
    settings: Mapping[str, str], progress: Progress,
) -> Recalled:  # fmt: skip
    """Return what the index finds, on an open transaction that nothing is written in.

    `settings` are those of a search function. Raises CannotDetermine when the server does not use
    the index, or there are fewer vectors than neighbours.
    """
    what = f"recall of {looked.table}.{looked.name}"
    condition = _condition(index, wanted.where)
    rows = count(reader, looked, index, wanted.where)
    if rows <= wanted.k:
        raise CannotDetermine(
            f"measuring the recall of {index.index.name}",
            because=f"{wanted.k} neighbours are wanted; vectors in {looked.table}: {rows}",
            remedy="verify a database with data, or a disposable one, where some are generated",
        )
    register(reader, looked.schema, index.type)
    candidates = _in_force(reader, index, wanted, settings)
    samples = _samples(reader, looked, index, condition, wanted.queries)
    exact = []
    for done, (_, vector) in enumerate(samples):
        progress(f"{what}: exact search", done, len(samples))
        exact.append(_exact(reader, looked, index, condition, vector, wanted.k))
    _require_used(reader, looked, index, wanted)
    shares = []
    for done, ((own, vector), true) in enumerate(zip(samples, exact, strict=True)):
        progress(f"{what}: with the index", done, len(samples))
        found = _neighbours(reader, looked, index, condition, vector, wanted.k)
        shares.append(_share(own, true, found))
    known = tuple(share for share in shares if not math.isnan(share))
    if not known:
        raise CannotDetermine(
            f"measuring the recall of {index.index.name}",
            because="no stored vector has a distance from others: they are all zeros",
        )
    return Recalled(index, known, rows, candidates)


def _condition(index: VectorIndex, where: str) -> str:
    parts = [f"{index.expression} is not null"]
    parts += [f"({text}\n)" for text in (index.index.where, where) if text]
    return " and ".join(parts)


def _in_force(
    reader: Reader, index: VectorIndex, wanted: Wanted, settings: Mapping[str, str]
) -> str:
    """Set what the search is to be made with, and return it as text."""
    name = _SETTING[index.index.method]
    asked = wanted.ef_search if name == "hnsw.ef_search" else wanted.probes
    chosen = {**settings, **({name: str(asked)} if asked else {})}
    for setting, value in chosen.items():
        reader.row("select pg_catalog.set_config($1, $2, true)", setting, value)
    row = reader.row("select pg_catalog.current_setting($1)", name)
    others = [f"{key} = {value}" for key, value in chosen.items() if key != name]
    return ", ".join([f"{name} = {row[0] if row else ''}", *others])


def _samples(
    reader: Reader, looked: Looked, index: VectorIndex, condition: str, number: int
) -> list[tuple[tuple[int, str], Any]]:
    """Return some stored vectors with where they are, the same ones each time."""
    # Only where they are is sorted, not the vectors.
    query = f"""
        with picked as materialized (
            select tableoid as t, ctid as c from {looked.table} where {condition}
            order by pg_catalog.md5(ctid::text), 1, 2 limit {number}
        )
        select m.tableoid::int8, m.ctid::text, {sent(index.type, index.expression)}
        from {looked.table} as m join picked on m.tableoid = t and m.ctid = c
        order by 1, m.ctid"""
    rows = reader.rows(query, binary=True)
    return [((table, place), received(index.type, vector)) for table, place, vector in rows]


def _exact(
    reader: Reader, looked: Looked, index: VectorIndex, condition: str, vector: Any,
    k: int,
) -> list[_Neighbour]:  # fmt: skip
    reader.row(
        "select pg_catalog.set_config('enable_indexscan', 'off', true),"
        " pg_catalog.set_config('enable_seqscan', 'on', true),"
        " pg_catalog.set_config('enable_sort', 'on', true),"
        " pg_catalog.set_config('jit', 'off', true)"
    )
    return _neighbours(reader, looked, index, condition, vector, k)


def _neighbours(
    reader: Reader, looked: Looked, index: VectorIndex, condition: str, vector: Any,
    k: int,
) -> list[_Neighbour]:  # fmt: skip
    distance = f"{index.expression} {looked.operator(index.distance)} $1"
    query = (
        f"select tableoid::int8, ctid::text, {distance} from {looked.table} where {condition}"
        f" order by {distance} limit {k}"
    )
    return [_Neighbour(*row) for row in reader.rows(query, vector)]


def _require_used(reader: Reader, looked: Looked, index: VectorIndex, wanted: Wanted) -> None:
    reader.row("select pg_catalog.set_config('enable_indexscan', 'on', true)")
    query = nearest(looked, index, limit=str(wanted.k))
    plan = plan_of(reader, query)
    if not plan.indexes:
        raise CannotDetermine(
            f"measuring the recall of {index.index.name}",
            because=f"the server does not use it; its plan is {plan.shape}",
            remedy="see the expectation `distance` of the column",
        )


def _share(own: tuple[int, str], true: list[_Neighbour], found: list[_Neighbour]) -> float:
    """Return which share of the true neighbours was found; the vector itself is none of them.

    As near as the farthest of them is near enough: there may be several at one distance.
    """
    others = [one for one in true if one[:2] != own] or true
    farthest = others[-1].distance
    near = farthest + _CLOSE * max(1.0, abs(farthest))
    hits = sum(one.distance <= near for one in found if one[:2] != own or others is true)
    return math.nan if math.isnan(farthest) else min(hits, len(others)) / len(others)
