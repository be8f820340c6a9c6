"""The end of a run: what was verified, in the categories of a migration's checklist."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pytest_schemaverify.kinds import CATEGORIES
from pytest_schemaverify.reports.outcomes import OUTCOMES


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

    def count(self, outcome: str, number: int, seconds: float) -> None:
        """Add expectations; `outcome` is the name of a number, or another plugin's own."""
        if outcome in OUTCOMES:  # one that is run again is counted when that has come out
            setattr(self, outcome, getattr(self, outcome) + number)
        self.seconds += seconds

    @property
    def total(self) -> int:
        """How many expectations there are, whatever became of them."""
        return sum(getattr(self, outcome) for outcome in OUTCOMES)


class _Cell(NamedTuple):
    rank: int
    """0 for what is wrong, then what nobody could tell, warnings, what holds, and the rest."""
    mark: str
    name: str
    number: str
    note: str = ""
    time: str = ""


HOLDS = 3
"""The rank from which on several cells stand in one line."""
_GAP = "   "
_INDENT = "  "


def summary(
    tallies: Mapping[str, Tally], width: int = 100, *, timed: bool = False, wrong: bool = False
) -> Iterator[str]:
    """Yield the lines of the table, the worst first, in as many columns as fit into `width`.

    `timed` adds the time to each category, and `wrong` leaves out what holds.
    """
    named = [(name, tallies[name]) for name in CATEGORIES if name in tallies]
    cells = sorted((_cell(*one, timed=timed) for one in named), key=lambda cell: cell.rank)
    alone = sum(cell.rank < HOLDS for cell in cells)
    names = max((len(cell.name) for cell in cells), default=0)
    for text in _texts(cells[:alone], names, width):
        yield from _fitted(text, width)
    if not wrong:
        yield from _grid(_texts(cells[alone:], names, width), width)


def _texts(cells: Sequence[_Cell], names: int, width: int) -> list[str]:
    """Return the cells as texts, aligned if the terminal has room for that."""
    numbers = max((len(cell.number) for cell in cells), default=0)
    texts = [_text(cell, names, numbers) for cell in cells]
    fit = all(len(_INDENT) + len(text) <= width for text in texts)
    return texts if fit else [_text(cell, 0, 0) for cell in cells]


def _grid(texts: Sequence[str], width: int) -> Iterator[str]:
    widest = max(map(len, texts), default=0)
    columns = max(1, (width - len(_INDENT) + len(_GAP)) // (widest + len(_GAP)))
    for start in range(0, len(texts), columns):
        line = _GAP.join(f"{text:<{widest}}" for text in texts[start : start + columns])
        yield from _fitted(line.rstrip(), width)


def _fitted(text: str, width: int) -> Iterator[str]:
    """Yield the line, or two where it is too long for the terminal: the name, and the numbers."""
    name, gap, numbers = text.partition("\t")
    line = f"{_INDENT}{text.replace(chr(9), ' ')}"
    if len(line) <= width or not gap:
        yield line
    else:
        yield from (f"{_INDENT}{name}", f"{_INDENT * 2}{numbers.lstrip()}")


def _text(cell: _Cell, names: int, numbers: int) -> str:
    # The tabulator says where a line may be broken.
    time = f" {cell.time:>5}" if cell.time else ""
    return f"{cell.mark} {cell.name:<{names}}\t {cell.number:>{numbers}}{time}{cell.note}"


def _cell(name: str, tally: Tally, *, timed: bool) -> _Cell:
    time = duration(tally.seconds) if timed else ""
    for rank, mark, number, note in (
        (0, "✗", tally.failed, f" ({tally.undetermined} cannot tell)" * bool(tally.undetermined)),
        (1, "?", tally.undetermined, " (cannot tell)"),
        (2, "!", tally.warned, " (warned)"),
    ):
        if number:
            wrong = tally.failed + tally.undetermined if rank == 0 else number
            return _Cell(rank, mark, name, f"{wrong} of {tally.total}", note, time)
    known = f" ({tally.known} known)" if tally.known else ""
    if tally.passed:
        return _Cell(HOLDS, "✓", name, f"{tally.passed}", known, time)
    return _Cell(HOLDS + 1, "-", name, "0", known or f" ({tally.skipped} skipped)", time)


def skipped(reasons: Mapping[str, int], width: int = 100) -> Iterator[str]:
    """Yield one line that says how many expectations were skipped, and why, the most first.

    Reasons that do not fit into `width` are counted; the first is always said.
    """
    if not reasons:
        return
    ranked = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    total = f"{sum(reasons.values())} skipped"
    if len(ranked) == 1:
        yield f"{_INDENT}- {total}, because {ranked[0][0]}"
        return
    said, line = 0, f"{_INDENT}- {total}:"
    for reason, count in ranked:
        more = f"{';' * bool(said)} {count} because {reason}"
        if said and len(line + more) > width:
            break
        line += more
        said += 1
    left = sum(count for _, count in ranked[said:])
    yield f"{line}; {left} for other reasons (-rs lists them)" if left else line


def took(parts: Mapping[str, float]) -> Iterator[str]:
    """Yield a line that says how long all of it took, and which parts took a hundredth of that."""
    whole = sum(parts.values())
    worth = ((name, seconds) for name, seconds in parts.items() if seconds >= whole / 100)
    if whole:
        listed = ", ".join(f"{name} {duration(seconds)}" for name, seconds in worth)
        yield f"{_INDENT}{duration(whole)}: {listed}"


def duration(seconds: float) -> str:
    """Return a time as people read it, in seconds or, below one, in milliseconds."""
    # From 0.9995 on it would be 1000ms.
    return f"{seconds * 1000:.0f}ms" if seconds < 0.9995 else f"{seconds:.1f}s"
