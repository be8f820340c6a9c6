"""The end of a run: what was verified, in the categories of a migration's checklist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_schemaverify.kinds import CATEGORIES

OUTCOMES = ("passed", "failed", "undetermined", "skipped", "warned", "known")


@dataclass(slots=True)
class Tally:
    """What happened in one category."""

    passed: int = 0
    failed: int = 0
    undetermined: int = 0
    skipped: int = 0
    warned: int = 0
    known: int = 0
    seconds: float = 0.0

    def count(self, outcome: str, seconds: float) -> None:
        """Add one expectation; `outcome` is the name of a number, or another plugin's own."""
        if outcome in OUTCOMES:  # one that is run again is counted when that has come out
            setattr(self, outcome, getattr(self, outcome) + 1)
        self.seconds += seconds


def summary(tallies: Mapping[str, Tally], width: int = 100) -> Iterator[str]:
    """Yield the lines of the table, as many categories beside each other as fit."""
    cells = [_cell(name, tallies[name]) for name in CATEGORIES if name in tallies]
    # A cell takes 39 characters and a blank.
    columns = max(1, min(3, (width - 2) // 40))
    for start in range(0, len(cells), columns):
        yield "  " + "".join(f"{cell:<39} " for cell in cells[start : start + columns]).rstrip()


MANY = 10
"""Expectations that are worth a line when none of them was looked at, for one reason."""
MOST = 5
"""Lines of this kind that are printed."""


def causes(reasons: Mapping[str, int]) -> Iterator[str]:
    """Yield a line for each of the most frequent reasons for which expectations were skipped."""
    many = sorted(((count, reason) for reason, count in reasons.items()), reverse=True)
    for count, reason in [one for one in many if one[0] >= MANY][:MOST]:
        yield f"  - not looked at: {count}, because {reason}"


def _cell(name: str, tally: Tally) -> str:
    wrong = tally.failed + tally.undetermined
    others = {"skipped": tally.skipped, "warned": tally.warned, "known": tally.known}
    total = tally.passed + wrong + sum(others.values())
    mark = "✗" if tally.failed else "?" if tally.undetermined else "!" if tally.warned else ""
    count = f"{wrong} of {total}" if wrong else f"{tally.passed or ''}"
    if not wrong:
        count += "".join(f" {number} {word}" for word, number in others.items() if number)
    return (
        f"{mark or ('✓' if tally.passed else '-')} {name:<17} {count:>13} {_time(tally.seconds):>5}"
    )


def _time(seconds: float) -> str:
    # From 0.9995 on it would be 1000ms.
    return f"{seconds * 1000:.0f}ms" if seconds < 0.9995 else f"{seconds:.1f}s"
