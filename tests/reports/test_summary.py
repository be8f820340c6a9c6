"""The table at the end of a run, for terminals of any width."""

import re

import pytest

from pytest_schemaverify.kinds import CATEGORIES
from pytest_schemaverify.reports.summary import Tally, skipped, summary, took

TALLIES = {
    "tables": Tally(passed=12, seconds=0.4),
    "table structures": Tally(passed=1204, failed=2, undetermined=1, seconds=12.3),
    "vector dimensions": Tally(passed=3, warned=1),
    "migrations": Tally(skipped=4),
    "function security": Tally(passed=7, known=2),
    "access": Tally(passed=3, undetermined=1),
    "indexes": Tally(passed=1),
}
WIDTHS = [20, 40, 60, 80, 100, 132, 220]
BETWEEN = re.compile(r"\S( ?)[✓✗?!-] ")
"""A mark behind another cell: there is more than one blank in front of it."""


@pytest.mark.parametrize("timed", [False, True], ids=["plain", "timed"])
@pytest.mark.parametrize("width", WIDTHS)
def test_columns_fit_and_stand_apart(width: int, timed: bool) -> None:
    everything: dict[str, Tally] = {name: Tally(passed=9) for name in CATEGORIES}
    for tallies in (TALLIES, everything):
        lines = list(summary(tallies, width, timed=timed))
        assert all(len(line) <= max(width, 36) for line in lines), lines
        assert not any(BETWEEN.search(line) for line in lines), lines
        assert all(name in "\n".join(lines) for name in tallies)
        marks = [[at for at, sign in enumerate(line) if sign in "✓-"] for line in lines]
        columns = max(marks, key=len)
        # Each column begins at one place, and no line has room for one more.
        assert all(one == columns[: len(one)] for one in marks), lines
        if tallies is not TALLIES and len(columns) > 1:
            assert width - max(map(len, lines)) < columns[1] - columns[0]


def test_the_worst_comes_first() -> None:
    lines = list(summary(TALLIES, 80))
    assert lines == [
        "  ✗ table structures   3 of 1207 (1 cannot tell)",
        "  ? access                1 of 4 (cannot tell)",
        "  ! vector dimensions     1 of 4 (warned)",
        "  ✓ tables             12               ✓ function security   7 (2 known)",
        "  ✓ indexes             1               - migrations          0 (4 skipped)",
    ]
    assert list(summary(TALLIES, 80, wrong=True)) == lines[:3]


def test_a_cell_that_is_too_wide_takes_two_lines() -> None:
    assert list(summary({"table structures": Tally(passed=1, failed=2)}, 20)) == [
        "  ✗ table structures",
        "    2 of 3",
    ]


def test_reasons_are_one_line_with_the_most_frequent_first() -> None:
    reasons = {"there is no rollback": 1, "table public.notes does not exist": 40, "it is off": 1}
    assert list(skipped(reasons, 200)) == [
        "  - 42 skipped: 40 because table public.notes does not exist; 1 because it is off;"
        " 1 because there is no rollback"
    ]
    assert list(skipped(reasons, 80)) == [
        "  - 42 skipped: 40 because table public.notes does not exist; 2 for other reasons"
        " (-rs lists them)"
    ]
    assert list(skipped({"it is off": 2}, 20)) == ["  - 2 skipped, because it is off"]
    assert list(skipped({}, 80)) == []


def test_the_parts_of_the_time_are_worth_a_word_from_a_hundredth_on() -> None:
    parts = {"files": 0.25, "server start": 1.5, "checks": 0.001, "rehearsals": 0.0}
    assert list(took(parts)) == ["  1.8s: files 250ms, server start 1.5s"]
    assert list(took({})) == []
