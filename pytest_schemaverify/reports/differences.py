"""What a report has to tell of a record: each difference, and what nobody could find out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.reports.failure import in_a_line, labelled, told
from pytest_schemaverify.reports.record import (
    Place,
    Problem,
    Record,
    Reported,
    ReportedFinding,
    worst_first,
)

READABLE = "files.readable"
"""What a format that wants the name of a check calls the one that finds problems."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One finding of an expectation; or, without one, why it fails or why nobody could tell."""

    of: Reported
    finding: ReportedFinding | None = None

    @property
    def place(self) -> Place:
        """Where a reader looks first: the line of a migration that is the cause, if one is."""
        return self.cause or self.of.place

    @property
    def cause(self) -> Place | None:
        """The line of a migration that has it, or that changed the object last."""
        return None if self.finding is None else self.finding.place or self.finding.changed

    @property
    def known(self) -> str:
        """Why it is accepted, "" where it is not."""
        if self.finding is not None:
            return self.finding.known
        return (self.of.reason or "xfail") if self.of.outcome == "known" else ""

    @property
    def untold(self) -> bool:
        """Whether nobody could tell; what another plugin fails, the record has no findings of."""
        return self.finding is None and bool(
            self.of.fingerprint or self.of.outcome == "undetermined"
        )

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits, which no other difference of the run has."""
        given = self.of.fingerprint if self.finding is None else self.finding.fingerprint
        return given or _digest(self.of.id)

    @property
    def sentence(self) -> str:
        """What is wrong, in one line."""
        if self.finding is None:
            return f"{'cannot tell: ' * self.untold}{in_a_line(self.of.reason)}"
        subject = f"{self.finding.subject}: " if self.finding.subject else ""
        expected, actual = map(in_a_line, (self.finding.expected, self.finding.actual))
        return f"{subject}expected {expected}, actual {actual}"

    def lines(self) -> Iterator[str]:
        """Yield everything that is known of it, as a failure on the terminal has it."""
        if self.finding is None:
            yield from labelled("cannot tell" if self.untold else "because", self.of.reason)
            return
        one = self.finding
        same = {name: getattr(one, name) for name in _SAME}
        changed = f"last changed in {one.changed}" if one.changed else ""
        yield from told(Finding(**same, place=str(one.place or ""), changed=changed))
        if one.known:
            yield from labelled("known", one.known)


_SAME = ("subject", "expected", "actual", "read_as", "hint", "fix")
"""What a finding and what the record has of it have in common."""


def differences(record: Record) -> list[Difference]:
    """Return what does not hold or could not be found out, the worst first, what is known last."""
    wrong = worst_first(record.of("failed", "undetermined", "warned", "known"))
    found = [difference for one in wrong for difference in of_expectation(one)]
    return sorted(found, key=lambda one: bool(one.known))


def of_expectation(one: Reported) -> Iterator[Difference]:
    """Yield the findings of an expectation, and why nobody could tell where nobody could."""
    yield from (Difference(one, finding) for finding in one.findings)
    if one.fingerprint or not one.findings:
        yield Difference(one)


def unread(record: Record) -> Iterator[tuple[Problem, str]]:
    """Yield the problems of a record, each with a fingerprint as that of a difference."""
    seen: Counter[str] = Counter()
    for one in record.problems:
        text = f"{one.place and one.place.file}\0{one.message}"
        seen[text] += 1  # the same may be wrong at two lines of a file
        yield one, _digest(f"{text}\0{seen[text]}")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
