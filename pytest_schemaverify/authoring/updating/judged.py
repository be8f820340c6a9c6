"""Which differences a file takes in: what is asked for, allows nothing more, and can be written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pytest_schemaverify.authoring.comparing.difference import Difference, What
from pytest_schemaverify.authoring.updating.loosening import risk
from pytest_schemaverify.language.places import Path

Verdict = Literal["taken", "not asked", "loosens", "by hand"]
OPTIONS: dict[What, str] = {"new": "--create", "differs": "--fix", "gone": "--trim"}
"""The option that takes each of them in."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file is to take in."""

    create: bool = False
    fix: bool = False
    trim: bool = False
    accepted: tuple[str, ...] = ()
    """Paths, or their beginnings, at which the file may allow more than before."""

    @property
    def nothing(self) -> bool:
        """Whether nothing is to be written."""
        return not (self.create or self.fix or self.trim)

    def about(self, what: What) -> bool:
        """Return whether differences of that kind are asked for."""
        return {"new": self.create, "differs": self.fix, "gone": self.trim}[what]


@dataclass(frozen=True, slots=True)
class Judged:
    """A difference, and what becomes of it."""

    difference: Difference
    verdict: Verdict
    reason: str = ""
    """Why it is not taken: the option to type, the risk, or what only a person can do."""

    @property
    def key(self) -> str:
        """Its path, as it is typed."""
        return dotted(self.difference.path)


def dotted(path: Path) -> str:
    """Return a path as it is typed: `tables.notes.columns.title`."""
    return ".".join(map(str, path))


def begins(path: Path, key: str) -> bool:
    """Return whether a typed key is a path, or what one begins with."""
    return any(dotted(path[:length]) == key for length in range(1, len(path) + 1))


def judged(differences: Iterable[Difference], asked: Asked) -> Iterator[Judged]:
    """Yield what becomes of each difference."""
    for one in differences:
        yield Judged(one, *_verdict(one, asked))


def _verdict(one: Difference, asked: Asked) -> tuple[Verdict, str]:
    if one.by_hand:
        return "by hand", one.by_hand
    found = risk(one)
    if found and not any(begins(one.path, key) for key in asked.accepted):
        return "loosens", found
    if not asked.about(one.what):
        return "not asked", OPTIONS[one.what]
    return "taken", found
