"""Values that may vary: `{one_of: […]}`, `{matches: regex}`, and conditions, `">= 0.5, < 1"`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.language import conditions
from pytest_schemaverify.language.conditions import Reads

_WORDS = {
    **dict.fromkeys(("on", "yes", "t", "y"), "true"),
    **dict.fromkeys(("off", "no", "f", "n"), "false"),
}
_DIGITS = {"1": "true", "0": "false"}
"""Spellings of a truth value. A digit counts as one if the other side is a truth value in words."""

KINDS = ("one_of", "matches", "not", "contains")
"""Keys of a matcher in the file. Several in one mapping hold together."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """What may stand where a value stands."""

    kind: str
    """One of `KINDS`, `all` of several, or `condition`."""
    value: Any
    """The alternatives, the pattern, what must not be, the parts, the matchers, the text."""

    def __str__(self) -> str:
        if self.kind == "one_of":
            return f"one of {', '.join(map(shown, self.value))}"
        if self.kind == "matches":
            return f"matching /{self.value}/"
        if self.kind == "contains":
            return f"containing {', '.join(map(shown, self.value))}"
        if self.kind == "not":
            return f"not {shown(self.value)}"
        if self.kind == "all":
            return " and ".join(map(str, self.value))
        return str(self.value)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds, also of inner matchers, that look at the value itself."""
        if self.kind not in ("one_of", "all", "not"):
            return frozenset({self.kind})
        inner = self.value if isinstance(self.value, (list, tuple)) else (self.value,)
        found = (one.kinds for one in inner if isinstance(one, Matcher))
        return frozenset().union(*found)


class Graded(list[str]):
    """Values that are there for certain.

    `there` also has those that are there in part, and `not` looks at those in `most`.
    """

    def __init__(self, certain: list[str], there: list[str], most: list[str]) -> None:
        super().__init__(certain)
        self.there, self.most = there, most


def shown(value: object) -> str:
    """Return a value as a file would have it."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(shown, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def fulfils(
    value: object, matcher: Matcher, *, endless: bool = False, negated: bool = False
) -> bool:
    """Return whether a value of the catalog is what `matches`, `contains` or a condition wants.

    `endless` says that the value stands for no limit at all, `negated` that `not` stands before it.
    """
    if matcher.kind == "condition":
        number = _number(value)
        return conditions.holds(matcher.value, number, endless=endless, negated=negated)
    parts = [shown(one) for one in value] if isinstance(value, (list, tuple)) else None
    text = "" if value is None else ", ".join(parts) if parts is not None else shown(value)
    if matcher.kind == "matches":
        return re.search(matcher.value, text) is not None
    return all(shown(one) in (text if parts is None else parts) for one in matcher.value)


Number = int | float | str | Matcher
"""What a file expects of a number; a check that takes it compares by `meets`."""


def meets(expected: Number, actual: int | float | Decimal | None) -> bool:
    """Return whether a number is the expected one, or what a condition or a matcher wants.

    None is never that. Raises ValueError for a text that is no condition on numbers.
    """
    number = _number(actual)
    return number is not None and satisfied(expected, lambda one: conditions.holds(one, number))


def satisfied(expected: Number, holds: Callable[[str], bool]) -> bool:
    """Return whether a number is as expected; `holds` says whether it fulfils one condition."""
    if isinstance(expected, Matcher) and expected.kind != "condition":
        if expected.kind == "not":
            return not satisfied(expected.value, holds)
        each = (satisfied(one, holds) for one in expected.value)
        return any(each) if expected.kind == "one_of" else all(each)
    return holds(str(expected))


def _number(value: object) -> Decimal | None:
    # A truth value is an int to Python, and to conditions it is no number.
    return None if value is None or isinstance(value, bool) else conditions.number(str(value))


def same(
    expected: object, actual: str, reads: Reads = conditions.number, *, endless: bool = False
) -> bool:
    """Return whether a text that the server keeps, as of a storage parameter, is as expected.

    A condition compares by what `reads` makes of both texts, and so does a value of which both are
    such; `off` is `false`, the rest compares as text. `endless` says that the text stands for no
    limit. Raises CannotDetermine for a condition on a text that is nothing such.
    """
    wanted, found = shown(expected), reads(actual)
    if not conditions.is_condition(expected):
        value = reads(wanted)
        if value is None or found is None:
            # The server keeps a truth value in the spelling in which it was given.
            return _alike(wanted, actual)
        return conditions.compare("=", found, value)
    if found is not None and conditions.parts(wanted, reads):
        return conditions.holds(wanted, found, reads, endless=endless)
    if of_text := conditions.of_text(wanted):
        return _alike(of_text[1], actual) == of_text[0]
    if wanted == actual:  # a text of its own that only starts like one
        return True
    raise CannotDetermine(
        f"comparing `{actual}` with `{wanted}`",
        because=f"`{wanted.strip()}` is not a condition on such a value",
        remedy='write a value, or conditions on a number or a version: ">= 2", ">= 0.5, < 1"',
    )


def _alike(one: str, other: str) -> bool:
    """Return whether two texts are the same, or the same truth value: `off` is `0`."""
    words = [_word(one), _word(other)]
    boolean = not {"true", "false"}.isdisjoint(words)
    first, second = (_DIGITS.get(word, word) if boolean else word for word in words)
    return first == second


def _word(text: str) -> str:
    return _WORDS.get(text.strip().lower(), text.strip().lower())
