"""Values that may vary: `{one_of: […]}`, `{matches: regex}`, and `">= 2"`, `">= 0.5, < 1"`."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.errors import CannotDetermine

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne, "<>": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_EQUALITIES = frozenset({"=", "==", "!=", "<>"})
_CONDITION = re.compile(r"\s*(==|=|!=|<>|<=|>=|<|>)?\s*([^<>=!,]+?)\s*$")
_PART = r"\d{1,4000}"  # Python reads no longer number
_NUMBER = re.compile(
    rf"({_PART}|{_PART}(?:\.{_PART})+(?:[-.]?(?P<suffix>[a-z][\w.+-]*))?)", re.IGNORECASE
)
_WORDS = {"on": "true", "yes": "true", "off": "false", "no": "false"}
"""Spellings of a boolean setting, to one of them."""

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
    def reads(self) -> bool:
        """Whether it looks at the value itself, and not at what a check makes of alternatives."""
        if self.kind in ("one_of", "all"):
            return any(one.reads for one in self.value if isinstance(one, Matcher))
        if self.kind == "not":
            return isinstance(self.value, Matcher) and self.value.reads
        return True


def shown(value: object) -> str:
    """Return a value as a file would have it."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(shown, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def fulfils(value: object, matcher: Matcher) -> bool:
    """Return whether a value of the catalog is what `matches`, `contains` or a condition wants.

    Raises CannotDetermine for a condition that is none on such a value.
    """
    if matcher.kind == "condition":
        return matches(matcher.value, "" if value is None else value)
    parts = [shown(one) for one in value] if isinstance(value, (list, tuple)) else None
    text = "" if value is None else ", ".join(parts) if parts is not None else shown(value)
    if matcher.kind == "matches":
        return re.search(matcher.value, text) is not None
    return all(shown(one) in (text if parts is None else parts) for one in matcher.value)


def matches(expected: object, actual: object) -> bool:
    """Return whether a value is the expected one, or fulfils every condition of the text.

    Numbers compare as numbers, versions part by part (0.10 is newer than 0.9, 2.0dev older than
    2.0), `off` is `false`, the rest compares as text.
    Raises CannotDetermine for a text that starts like a condition and is none.
    """
    if isinstance(expected, bool):
        actual = {"1": "true", "0": "false"}.get(str(actual), actual)
    if not isinstance(expected, str):
        return _compare("=", str(actual), str(expected))
    if not re.search(r"[<>=!]", expected):
        return _compare("=", str(actual), expected.strip())
    return all(_holds(text, expected, str(actual)) for text in expected.split(","))


def _holds(text: str, whole: str, actual: str) -> bool:
    condition = _CONDITION.match(text)
    sign, wanted = condition.groups() if condition else ("", "")
    sign = sign or "="
    ordered = _number(wanted) is not None and _number(actual) is not None
    if condition is None or not (ordered or sign in _EQUALITIES):
        raise CannotDetermine(
            f"comparing `{actual}` with `{whole}`",
            because=f"`{text.strip()}` is not a condition on such a value",
            remedy='write a value, or conditions on a number or a version: ">= 2", ">= 0.5, < 1"',
        )
    return _compare(sign, actual, wanted)


def _compare(sign: str, actual: str, wanted: str) -> bool:
    left, right = _number(actual), _number(wanted)
    if left is None or right is None:
        texts = [_WORDS.get(text.lower(), text.lower()) for text in (actual, wanted)]
        return _COMPARE[sign](*texts)
    size = max(len(left[0]), len(right[0]))  # 1 and 1.0 are the same version
    padded = [(numbers + (0,) * (size - len(numbers)), *rest) for numbers, *rest in (left, right)]
    return _COMPARE[sign](*padded)


def _number(text: str) -> tuple[tuple[int, ...], bool, str] | None:
    """Return the parts of a number or version, whether it is a release, and what follows."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    suffix = (match["suffix"] or "").lower()
    numbers = re.split(r"[-.]?[a-z]", text.strip(), maxsplit=1, flags=re.IGNORECASE)[0]
    return tuple(int(part) for part in numbers.split(".")), not suffix, suffix
