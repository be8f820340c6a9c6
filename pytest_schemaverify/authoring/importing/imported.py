"""What was made of the files of another tool, and what of them is not in it."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pytest_schemaverify.authoring.importing.facts import Fact, Untaken
from pytest_schemaverify.authoring.importing.merging import Merged
from pytest_schemaverify.authoring.importing.shortening import shortened
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.language.writing import entry
from pytest_schemaverify.sql import secrets
from pytest_schemaverify.verification.planning.expectations import plan


class Left(NamedTuple):
    """Something that the file does not say, or not wholly."""

    at: str
    """`file:line:column`."""
    what: str
    """What stands there: a function, or a key."""
    why: str
    """Why, and what to write instead."""


@dataclass(slots=True)
class Imported:
    """What was made of some files."""

    noun: str
    """What there are many of in them: `assertions`."""
    sign: str = ""
    """What stands behind the name of one in the list."""
    data: dict[str, Any] = field(default_factory=dict)
    """Of a file of expectations, without its version."""
    count: int = 0
    """How many of them there are."""
    left: list[Left] = field(default_factory=list)
    guessed: list[Left] = field(default_factory=list)
    """What is taken for something that the files do not say in so many words."""

    @property
    def summary(self) -> str:
        """How many were taken: `12 of 14 assertions taken`."""
        taken = self.count - len(self.left)
        listed = f"; {len(self.left)} listed at the end as comments" if self.left else ""
        guessed = f"; {len(self.guessed)} to look at, listed there, too" if self.guessed else ""
        return f"{taken} of {self.count} {self.noun} taken{listed}{guessed}"

    def text(self) -> str:
        """Return the file of expectations, with what is left out as comments at its end."""
        parts = ["version: 1\n", *(entry(name, what) for name, what in self.data.items())]
        parts += self._listed("Taken, but look at it:", self.guessed)
        return "\n".join([*parts, *self._listed("Not taken:", self.left)])

    def _listed(self, title: str, found: list[Left]) -> list[str]:
        reasons: dict[str, list[str]] = {}
        for one in found:
            reasons.setdefault(one.why, []).append(f"{one.at} {one.what}{self.sign}")
        listed = [_comment(why, places) for why, places in reasons.items()]
        return [f"# {title}\n", *listed] if listed else []


def _comment(why: str, places: list[str]) -> str:
    """Return a reason, and the places to which it applies, as comments."""
    lines = [" ".join(why.split()), *(f"  {place}" for place in places)]
    text = "".join(f"# {line}\n" for line in lines)
    # YAML takes no control characters, not even in comments.
    return "".join(one if one.isprintable() or one == "\n" else "?" for one in text)


def require_valid(facts: list[Fact]) -> None:
    """Refuse what the language does not take, or must not hold. Raises Untaken."""
    for path, value in facts:
        if secrets.found(" ".join([*path, str(value)])):
            raise Untaken("it looks as if a secret is part of it, which has no place in the file")
    alone = Merged()
    alone.add(facts, "")
    try:
        if alone.said:
            plan(*load(_text(alone), ""), "")
    except SpecError as error:
        reason = error.problems[0].split(": ", 1)[-1]
        raise Untaken(f"a file of expectations does not take it: {reason}") from None


def _text(merged: Merged) -> str:
    """Return the sections of a file."""
    data = shortened(merged.data())
    return "\n".join(entry(name, what) for name, what in data.items())
