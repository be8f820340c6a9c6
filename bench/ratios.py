"""What everything takes against its peer or its floor, measured in the same run, and the targets.

A ratio says how many times as long the other side takes, so that more is better. A floor, such as
pytest itself or the reading of the catalog, is what no work of ours can get below: ratios to one
are less than 1.
"""

from collections.abc import Iterator
from typing import NamedTuple

from bench import parallel
from bench.compare import (
    IMPORTED,
    NOOP,
    OBJECTS,
    PLUGIN,
    PROVE_1,
    PROVE_2,
    SNAPSHOT,
    STARTED,
    Comparison,
)
from bench.migrations import Migrations
from bench.startup import BUILT, KEPT

TARGETS: dict[int, dict[str, float]] = {
    20: {PROVE_1: 1.6, PROVE_2: 1.15},
    200: {PROVE_1: 7, PROVE_2: 4},
    2000: {PROVE_1: 16, PROVE_2: 8, OBJECTS: 3, SNAPSHOT: 1 / 4},
}
"""What is promised by the number of tables."""


class Ratio(NamedTuple):
    """How many times as long the other side takes."""

    row: str
    ratio: float
    target: float | None = None
    """The least that is promised."""

    @property
    def reached(self) -> str:
        """The word for it in a table."""
        if self.target is None:
            return ""
        return "yes" if self.ratio >= self.target else "**no**"


def of_size(size: Comparison) -> Iterator[Ratio]:
    """Yield the ratios of one size of schema."""
    if size.tables == 20:
        start = size.seconds[STARTED] / size.seconds[IMPORTED]
        yield Ratio("start: one expectation, against one no-op item in stock pytest", start)
    targets = TARGETS.get(size.tables, {})
    for name in (PROVE_1, PROVE_2, NOOP, SNAPSHOT):
        if name in size.seconds:
            yield Ratio(f"{size.tables:,} tables, {name}", size.times(name), targets.get(name))
    each = size.seconds[PLUGIN] / size.seconds[OBJECTS]
    yield Ratio(f"{size.tables:,} tables, one item for each object", each, targets.get(OBJECTS))


def of_runs(once: dict[str, float], workers: dict[str, float]) -> Iterator[Ratio]:
    """Yield the ratios of whole runs: with what is kept, and with two workers."""
    if BUILT in once:
        yield Ratio("an unchanged project, without --schema-cache", once[BUILT] / once[KEPT])
    for name, ratio in workers.items():
        yield Ratio(f"-n 2: {name}", ratio, parallel.LIMITS.get(name))


def of_files(measured: Migrations) -> Iterator[Ratio]:
    """Yield the ratios of migration files."""
    seconds = measured.files[400].seconds
    if "psql" in seconds:
        yield Ratio("400 files applied, psql", seconds["psql"] / seconds["applied"])
    yield Ratio("400 files judged again, the first time", seconds["judged"] / seconds["again"])
