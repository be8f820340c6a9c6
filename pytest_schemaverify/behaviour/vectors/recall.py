"""How many of the true nearest neighbours an index finds."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.vector_types import VectorIndex

from .adapters import received, register, sent
from .plans import exhaustive, nearest, plan_of
from .search_settings import MAIN, Setting, put
from .vector_column import VectorColumn, joined

Progress = Callable[[str, int, int], None]
_CLOSE = 1e-6
"""Relative difference of two distances that rounding explains."""


class Wanted(NamedTuple):
    """What to measure."""

    k: int
    """Number of neighbours."""
    queries: int
    """Number of stored vectors whose neighbours are looked for."""
    ef_search: int | None = None
    probes: int | None = None
    """What to search with; None for what is in force."""

    def given(self, index: VectorIndex) -> int | None:
        """Return what is searched with by an index of its method, if the file says so."""
        return self.ef_search if index.index.method == "hnsw" else self.probes


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


_Sample = tuple[tuple[int, str], Any]
"""A stored vector, and where it is."""


class _Neighbour(NamedTuple):
    table: int
    place: str
    distance: float


def count(reader: Reader, looked: VectorColumn, index: VectorIndex) -> int:
    """Return how many vectors an index has for the queries by the column."""
    query = f"select count(*) from {looked.source} where {_searched(looked, index)}"
    row = reader.row(query)
    return int(row[0]) if row else 0


def used(reader: Reader, looked: VectorColumn, k: int) -> VectorIndex:
    """Return the index that the server takes. Raises CannotDetermine when it takes none."""
    shape = ""
    for one in looked.usable:
        plan = plan_of(reader, nearest(looked, one, looked.conditions(one), k))
        if plan.uses(one, looked):
            return one
        shape = plan.shape
    what = f"measuring the recall of {looked.table}.{looked.name}"
    distance = f" for the distance {looked.distance}" if looked.distance else ""
    if shape:
        because, remedy = f"the plan is {shape}", "see the expectation `distance` of the column"
    elif any(one.index.valid for one in looked.suitable):
        because = looked.without_index()
        remedy = "say which rows are searched: `where: …`, beside `distance` or under `recall`"
    else:
        because = f"it has no valid index{distance}"
        remedy = "create one, or remove `recall`: a search without an index finds all"
    raise CannotDetermine(what, because=because, remedy=remedy)


def recalled(
    reader: Reader, looked: VectorColumn, index: VectorIndex, wanted: Wanted,
    settings: Sequence[Sequence[Setting]], progress: Progress,
) -> Recalled:  # fmt: skip
    """Return what the index finds, with those settings of several with which it finds least.

    On an open transaction that nothing is written in. Raises CannotDetermine when the server does
    not use the index, or does not take the settings, or when there are fewer vectors than
    neighbours.
    """
    rows = _enough(reader, looked, index, wanted.k)
    register(reader, looked.schema, index.type)
    samples = _samples(reader, looked, index, wanted.queries)

    def searched(how: str) -> list[list[_Neighbour]]:
        found = []
        for done, (_, vector) in enumerate(samples):
            progress(f"recall of {looked.table}.{looked.name}: {how}", done, len(samples))
            found.append(_neighbours(reader, looked, index, vector, wanted.k))
        return found

    # The true neighbours first, and once for all settings: sorting all rows takes longest.
    exhaustive(reader)
    exact = searched("exact search")
    reader.row("select pg_catalog.set_config('enable_indexscan', 'on', true)")
    each = []
    for own in settings:
        with reader.undone():  # what one has set is nothing that the next one has
            candidates = _in_force(reader, looked, index, wanted, own)
            used(reader, looked, wanted.k)
            shares = _shares(samples, exact, searched("with the index"), index)
            each.append(Recalled(index, shares, rows, candidates))
    return min(each, key=lambda one: one.share)


def _enough(reader: Reader, looked: VectorColumn, index: VectorIndex, k: int) -> int:
    """Return how many vectors there are. Raises CannotDetermine unless they are more than `k`."""
    rows = count(reader, looked, index)
    if rows <= k:
        condition = " and ".join(looked.conditions(index))
        raise CannotDetermine(
            f"measuring the recall of {index.index.name}",
            because=f"{k} neighbours are wanted; vectors in {looked.table}"
            f"{f' with {condition}' if condition else ''}: {rows}",
            remedy="verify a database with data, or a disposable one, where some are generated",
        )
    return rows


def _shares(
    samples: list[_Sample], exact: list[list[_Neighbour]], found: list[list[_Neighbour]],
    index: VectorIndex,
) -> tuple[float, ...]:  # fmt: skip
    """Return the share for each vector. Raises CannotDetermine when none has a distance."""
    shares = [
        _share(own, true, near) for (own, _), true, near in zip(samples, exact, found, strict=True)
    ]
    known = tuple(share for share in shares if not math.isnan(share))
    if not known:
        raise CannotDetermine(
            f"measuring the recall of {index.index.name}",
            because="no stored vector has a distance from others: they are all zeros",
        )
    return known


def _searched(looked: VectorColumn, index: VectorIndex) -> str:
    """Return the condition on rows that have a vector to be found."""
    return joined([f"{index.expression} is not null", *looked.conditions(index)])


def _in_force(
    reader: Reader, looked: VectorColumn, index: VectorIndex, wanted: Wanted,
    settings: Sequence[Setting],
) -> str:  # fmt: skip
    """Set what the search is to be made with, and return it as text."""
    name, asked = MAIN[index.index.method], wanted.given(index)
    own = [one for one in settings if one.name.startswith(f"{index.index.method}.")]
    # Before its library is loaded the server takes any value, and would forget a wrong one later.
    reader.row(f"select {looked.example('vector', 1)}")
    chosen = put(reader, [*own, *([Setting(name, str(asked), "")] if asked else [])])
    row = reader.row("select pg_catalog.current_setting($1)", name)
    main = chosen.get(name, Setting(name, row[0] if row else "", ""))
    return ", ".join(map(str, [main, *(one for key, one in chosen.items() if key != name)]))


def _samples(
    reader: Reader, looked: VectorColumn, index: VectorIndex, number: int
) -> list[_Sample]:
    """Return some stored vectors with where they are, the same ones each time."""
    # By a digest of the place, so that the sample is spread over the table and the same in each
    # run. Only where the rows are is sorted, not the vectors.
    query = f"""
        with picked as materialized (
            select tableoid as t, ctid as c from {looked.source} where {_searched(looked, index)}
            order by pg_catalog.md5(ctid::text), 1, 2 limit {number}
        )
        select m.tableoid::int8, m.ctid::text, {sent(index.type, index.expression)}
        from {looked.table} as m join picked on m.tableoid = t and m.ctid = c
        order by 1, m.ctid"""
    rows = reader.rows(query, binary=True)
    return [((table, place), received(index.type, vector)) for table, place, vector in rows]


def _neighbours(
    reader: Reader, looked: VectorColumn, index: VectorIndex, vector: Any, k: int
) -> list[_Neighbour]:
    distance = f"{index.expression} {looked.operator(index.distance)} $1"
    condition = joined(looked.conditions(index))  # as in a search: not that there is a vector
    query = (
        f"select tableoid::int8, ctid::text, {distance} from {looked.source} where {condition}"
        f" order by {distance} limit {k}"
    )
    return [_Neighbour(*row) for row in reader.rows(query, vector)]


def _share(own: tuple[int, str], true: list[_Neighbour], found: list[_Neighbour]) -> float:
    """Return which share of the true neighbours was found; the vector itself is none of them.

    As near as the farthest of them is near enough: there may be several at one distance.
    """
    # Where k is 1 the vector itself is the only neighbour, and then it counts.
    others = [one for one in true if one[:2] != own] or true
    farthest = others[-1].distance
    near = farthest + _CLOSE * max(1.0, abs(farthest))
    hits = sum(one.distance <= near for one in found if one[:2] != own or others is true)
    return math.nan if math.isnan(farthest) else min(hits, len(others)) / len(others)
