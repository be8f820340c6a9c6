"""The ratios of every measured commit, in history.csv, and their plot, history.svg."""

import csv
import subprocess
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bench.plot import drawn
from bench.ratios import Ratio

FOLDER = Path(__file__).parent
FILE = FOLDER / "history.csv"
PLOT = FOLDER / "history.svg"


class Measured(NamedTuple):
    """One ratio of one commit."""

    commit: str
    """The start of its hash, with `-dirty` where files had changes that were not committed."""
    date: str
    """The day of the measurement, as 2026-12-01."""
    row: str
    """What was measured, against what: `200 tables, pg_prove -j1`."""
    ratio: float
    """How many times as long the other side takes, so that more is better."""


def keep(ratios: Iterable[Ratio]) -> None:
    """Add the ratios of the commit that is checked out to the file, and draw all of them."""
    asked = ["git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=8"]
    done = subprocess.run(asked, cwd=FOLDER, capture_output=True, text=True, check=True)
    commit, today = done.stdout.strip(), str(date.today())
    found = [Measured(commit, today, one.row, round(one.ratio, 2)) for one in ratios]
    PLOT.write_text(plot(added(found)), encoding="utf-8")


def read(file: Path = FILE) -> list[Measured]:
    """Return what was measured so far, oldest first."""
    with file.open(newline="", encoding="utf-8") as opened:
        return [
            Measured(one["commit"], one["date"], one["row"], float(one["ratio"]))
            for one in csv.DictReader(opened)
        ]


def added(found: Iterable[Measured], file: Path = FILE) -> list[Measured]:
    """Add to a file what was measured, and return all of it.

    A row that a commit has already is measured anew: the newer ratio takes its place.
    """
    rows = {(one.commit, one.row): one for one in (*read(file), *found)}
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(Measured._fields)
        writer.writerows((*one[:3], f"{one.ratio:.2f}") for one in rows.values())
    return list(rows.values())


def plot(measured: Iterable[Measured]) -> str:
    """Return the plot: a line for each row, and a place for each commit."""
    rows: dict[str, dict[str, float]] = {}
    for one in sorted(measured, key=lambda one: one.date):
        rows.setdefault(one.row, {})[f"{one.commit}, {one.date}"] = one.ratio
    return drawn("How many times as long the other side takes (more is better)", rows)
