"""What was measured, as a page, and which targets are reached."""

import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from itertools import pairwise
from typing import NamedTuple

from bench.compare import (
    IMPORTED,
    LOADING,
    NOOP,
    OBJECTS,
    PLUGIN,
    PROVE_1,
    PROVE_2,
    SNAPSHOT,
    STARTED,
    Comparison,
)
from bench.migrations import Cost, Migrations
from bench.ratios import Ratio, of_runs, of_size
from bench.ratios import of_files as ratios_of_files
from bench.startup import LIMITS, UNUSED


@dataclass(frozen=True, slots=True)
class Results:
    """All measurements of a run."""

    server: str
    """Version of PostgreSQL."""
    pgtap: str
    """Version of pgTAP; empty when it is not installed."""
    load: float
    """Processes that other people had running, on average of the minute before."""
    sizes: Sequence[Comparison]
    once: Mapping[str, float]
    """Seconds that do not depend on the size."""
    parallel: Mapping[str, float]
    """How many times as fast as one process `-n 2` is."""
    migrations: Migrations

    @property
    def ratios(self) -> list[Ratio]:
        """All of them, in the order of the page."""
        sizes = [ratio for size in self.sizes for ratio in of_size(size)]
        runs = of_runs(dict(self.once), dict(self.parallel))
        return [*sizes, *runs, *ratios_of_files(self.migrations)]


class Target(NamedTuple):
    """Something that was promised."""

    text: str
    measured: str
    reached: bool


def page(results: Results) -> Iterator[str]:
    """Yield the lines of a Markdown page."""
    against = f"pgTAP {results.pgtap}" if results.pgtap else "pgTAP is not installed"
    yield "# Results of `make bench`"
    yield ""
    yield (
        f"{date.today()}: {os.cpu_count()} cores ({platform.machine()}), {platform.system()}, "
        f"Python {platform.python_version()}, pytest {version('pytest')}, "
        f"PostgreSQL {results.server}, {against}."
    )
    yield f"Load average before the start: {results.load:.1f}; above 1 the seconds are too high."
    yield "Medians of interleaved rounds. Seconds differ between machines; compare the ratios."
    yield ""
    yield "A ratio says how many times as long the other side takes: more is better."
    yield "history.csv has those of earlier commits, and history.svg draws them."
    yield ""
    rows = [
        [one.row, f"**{one.ratio:.2f}**", f"{one.target:.2f}" if one.target else "", one.reached]
        for one in results.ratios
    ]
    yield from _table(["Against", "Ratio", "Target", "Reached"], rows)
    yield ""
    yield from _comparison(results.sizes)
    yield ""
    if results.once:
        yield from _table(["Once", "ms"], [[k, _ms(v)] for k, v in results.once.items()])
        yield ""
    yield from _judged(targets(results))
    yield ""
    yield from of_files(results.migrations)


def _judged(found: Iterable[Target]) -> Iterator[str]:
    rows = [[t.text, t.measured, "yes" if t.reached else "**no**"] for t in found]
    yield from _table(["Target", "Measured", "Reached"], rows)


def of_files(measured: Migrations) -> Iterator[str]:
    """Yield what migration files and backups take, on the embedded server."""
    yield "## Migration files and backups"
    yield ""
    yield "On the embedded server. Memory is the most that our process has had, with Python itself."
    yield ""
    rows = [
        [f"{number:,}", f"{cost.size:.1f} MB", *_seconds(cost), f"{cost.megabytes:.0f} MB"]
        for number, cost in measured.files.items()
    ]
    judged = ["Read and judged (processor)", "the second time", "the last one changed"]
    heads = ["Files", "Text", *judged, "Applied", "by psql", "Memory"]
    yield from _table(heads, rows)
    yield ""
    rows = [
        [f"{number:,}", f"{cost.size:.0f} MB", *_seconds(cost), f"{cost.megabytes:.0f} MB"]
        for number, cost in measured.restored.items()
    ]
    yield from _table(["Rows", "Backup", "Restored", "Memory"], rows)
    yield ""
    names = {
        "applied": "applied without notes",
        "noted": "applied, and noted which statement changes what",
        "read": "reading the notes, where something fails",
    }
    seconds = measured.noted.seconds
    rows = [[names[one], f"{seconds[one]:.2f} s"] for one in names]
    yield from _table(["350 files of a grown project", "Processor, here and in the server"], rows)
    yield ""
    yield from _judged(_of_files(measured))


def _seconds(cost: Cost) -> list[str]:
    return [f"{seconds:.2f} s" for seconds in cost.seconds.values()]


def _of_files(measured: Migrations) -> Iterator[Target]:
    few, many = measured.files[400], measured.files[1600]
    yield _within("400 files read and judged in under 1.2 s", few.seconds["judged"], 1.2)
    yield _within("the same a second time in under 0.15 s", few.seconds["again"], 0.15)
    yield _within("with the last of 400 changed in under 0.6 s", few.seconds["changed"], 0.6)
    yield _within("400 files applied in under 2.5 s", few.seconds["applied"], 2.5)
    more = sum(measured.noted.seconds.values()) / measured.noted.seconds["applied"] - 2
    shown = f"{more:+.0%}"
    yield Target("what changes what is known for at most 30 % of applying", shown, more <= 0.3)
    each = (many.megabytes - few.megabytes) / 1200 * 1000
    shown = f"{each:.0f} KB"
    yield Target("a further file takes at most 50 KB of memory", shown, each <= 50)
    backups = [cost.megabytes for cost in measured.restored.values()]
    shown = ", ".join(f"{size:.0f} MB" for size in backups)
    flat = max(backups) <= 1.1 * min(backups)
    yield Target("a backup of any size takes the same memory, within a tenth", shown, flat)


def _comparison(sizes: Sequence[Comparison]) -> Iterator[str]:
    heads = [f"{size.tables:,} tables, {size.assertions:,} assertions" for size in sizes]
    rows = [[PLUGIN, *(f"{s.seconds[PLUGIN]:.2f} s, {s.each(PLUGIN):.0f} µs each" for s in sizes)]]
    for name in (OBJECTS, PROVE_1, PROVE_2, NOOP):
        if all(name in size.seconds for size in sizes):
            times = (f"{s.seconds[name]:.2f} s, **{s.times(name):.2f}** times" for s in sizes)
            rows.append([name, *times])
    yield from _table(["", *heads], rows)
    yield ""
    parts = [_parts(size) for size in sizes]
    rows = [[name, *(f"{_ms(part[name])} ms" for part in parts)] for name in parts[0]]
    yield from _table(["Where the plugin's time goes", *heads], rows)


def _parts(size: Comparison) -> dict[str, float]:
    """Return the seconds of each part of a run; the last one is what nothing else explains."""
    seconds = size.seconds
    parts = {
        "start of Python and pytest": seconds[STARTED],
        "importing the plugin, connecting": seconds[IMPORTED]
        - seconds[STARTED]
        - seconds[SNAPSHOT],
        SNAPSHOT: seconds[SNAPSHOT],
        LOADING: seconds[LOADING],
    }
    rest = seconds[PLUGIN] - sum(parts.values())
    return parts | {"making, running and reporting the items": rest}


def targets(results: Results) -> Iterator[Target]:
    """Yield those that these measurements can judge."""
    yield from _growth(results.sizes)
    for size in results.sizes:
        if size.tables == 2000:
            yield _within("snapshot of 2,000 tables under 0.5 s", size.seconds[SNAPSHOT], 0.5)
    for name, limit in LIMITS.items():
        if name in results.once:
            yield _within(f"{name}: under {_ms(limit)} ms", results.once[name], limit)
    if UNUSED in results.once:
        yield _within("at most 20 ms for a suite that does not use it", results.once[UNUSED], 0.02)


def _growth(sizes: Sequence[Comparison]) -> Iterator[Target]:
    """Judge what each further expectation costs; the start of Python and pytest is not in it."""
    ours = [_added(PLUGIN, *pair) for pair in pairwise(sizes)]
    if ours:
        shown = ", ".join(f"{cost:.0f} µs" for cost in ours)
        yield Target("a further expectation takes at most 80 µs", shown, max(ours) <= 80)
        smaller, larger = sizes[-2:]
        more = (larger.megabytes - smaller.megabytes) * 1000
        each = more / (larger.assertions - smaller.assertions)
        text = "a further expectation takes at most 2.5 kB of memory"
        yield Target(text, f"{each:.2f} kB", each <= 2.5)
    if len(ours) > 1:
        text = "linear growth: the largest costs at most a quarter more for each"
        yield Target(text, shown, ours[-1] <= 1.25 * ours[0])


def _within(text: str, seconds: float, limit: float) -> Target:
    return Target(text, f"{_ms(seconds)} ms", seconds <= limit)


def _added(name: str, smaller: Comparison, larger: Comparison) -> float:
    """Return the microseconds for each assertion that the larger one has more."""
    seconds = larger.seconds[name] - smaller.seconds[name]
    return seconds / (larger.assertions - smaller.assertions) * 1e6


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|---{'|--:' * (len(heads) - 1)}|"
    yield from (f"| {' | '.join(row)} |" for row in rows)
