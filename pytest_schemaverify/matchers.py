"""Values that may vary: `5`, `">= 2"`, `">= 0.5, < 1"`, for numbers and for versions."""

import operator
import re
from collections.abc import Callable
from typing import Any

from pytest_schemaverify.errors import CannotDetermine

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne, "<>": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_EQUALITIES = frozenset({"=", "==", "!=", "<>"})
_CONDITION = re.compile(r"\s*(==|=|!=|<>|<=|>=|<|>)?\s*([^<>=!,]+?)\s*$")
_NUMBER = re.compile(r"(\d+|\d+(?:\.\d+)+(?:[-.]?(?P<suffix>[a-z][\w.+-]*))?)", re.IGNORECASE)
_WORDS = {"on": "true", "yes": "true", "off": "false", "no": "false"}
"""Spellings of a boolean setting, to one of them."""


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
