"""What has changed between two runs, as plain values."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

CHANGES = (
    "new", "gone", "still failing", "cannot tell", "accepted", "not verified now",
    "not verified before",
)  # fmt: skip
"""What can be said of a finding of two runs. `accepted`: it is there, and is known from this run
on. `cannot tell`: of an expectation, whatever it was before. The last two: its expectation was
verified in one of the runs only, so nobody knows."""
_ALWAYS = CHANGES[:3]
_FAIL = ("failed", "undetermined")
"""Outcomes of expectations that fail a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A finding of this run or the other, and what became of it."""

    change: str
    """One of CHANGES."""
    id: str
    """Of the expectation."""
    check: str
    concern: str
    outcome: str
    """Of the expectation, in this run if it is in both."""
    subject: str = ""
    expected: str = ""
    actual: str = ""
    """Empty for a finding of the other run, whose report may have values of rows in it."""
    fingerprint: str
    """As in the record."""

    def __str__(self) -> str:
        name = self.id.partition("::")[2]
        subject = f": {self.subject}" if self.subject else ""
        sides = f"expected {self.expected}, actual {self.actual}" if self.expected else self.actual
        return " ".join(f"{name}{subject}{f': {sides}' if self.actual else ''}".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """This run, compared with another one."""

    file: str
    """The report of the other run: its path from the root folder, its name if it is elsewhere."""
    began: str
    """When that run began, as the record says it."""
    changes: tuple[Change, ...] = ()
    """The worst first."""
    added: tuple[str, ...] = ()
    """Ids of expectations that the file did not have."""
    removed: tuple[str, ...] = ()
    """Ids of those that it no longer has."""

    @property
    def with_what(self) -> str:
        """The other run in words."""
        day, _, time = self.began.partition("T")
        return f"the run of {day} {time[:5]} UTC"

    def of(self, change: str) -> list[Change]:
        """Return what one of CHANGES is true of."""
        return [one for one in self.changes if one.change == change]

    @property
    def newly_failing(self) -> list[Change]:
        """What fails, and is not known to have failed in the other run."""
        # These are named, and not those that count: a further word in CHANGES counts.
        seen = ("still failing", "gone", "accepted", "not verified now")
        return [one for one in self.changes if one.change not in seen and one.outcome in _FAIL]

    @property
    def counts(self) -> str:
        """How many there are of each: `2 new, 1 gone, 14 still failing`."""
        found = Counter(one.change for one in self.changes)
        return ", ".join(f"{found[one]} {one}" for one in CHANGES if found[one] or one in _ALWAYS)

    @property
    def expectations(self) -> str:
        """How many expectations came and went, "" for none."""
        came, went = len(self.added), len(self.removed)
        said = [f"{came} new"] * bool(came) + [f"{went} that the file no longer has"] * bool(went)
        return f"expectations: {', '.join(said)}" if said else ""


def lines(compared: Compared, width: int) -> Iterator[str]:
    """Yield what a terminal shows: the counts, and what is new or could not be found out."""
    yield f"compared with {compared.file}, {compared.with_what}: {compared.counts}"
    if compared.expectations:
        yield f"  {compared.expectations}"
    shown = [*compared.of("new"), *compared.of("cannot tell")]
    for one in shown[:_MOST]:
        text = f"  {one.change:<12} {one}"
        yield text if len(text) <= width else f"{text[: width - 1]}…"
    if len(shown) > _MOST:
        yield f"  and {len(shown) - _MOST} more"


_MOST = 25
"""Lines that changes may take on the terminal."""
