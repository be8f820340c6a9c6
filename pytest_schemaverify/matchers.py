"""Values that may vary: `5`, `">= 2"`, `">= 0.5, < 1"`, for numbers and for versions."""

import operator
import re
from collections.abc import Callable
from typing import Any

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne, "<>": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_CONDITION = re.compile(r"\s*(==|=|!=|<>|<=|>=|<|>)?\s*([^<>=!,]+?)\s*$")


def matches(expected: object, actual: object) -> bool:
    """Return whether a value is the expected one, or fulfils every condition of the text.

    Numbers compare as numbers, versions part by part (0.10 is newer than 0.9), the rest as text.
    """
    if not isinstance(expected, str):
        return bool(_comparable(str(expected).lower()) == _comparable(str(actual).lower()))
    for text in expected.split(","):
        condition = _CONDITION.match(text)
        if condition is None:
            return expected == str(actual)
        sign, wanted = condition.groups()
        if not _compare(sign or "=", str(actual), wanted):
            return False
    return True


def _compare(sign: str, actual: str, wanted: str) -> bool:
    left, right = _comparable(actual), _comparable(wanted)
    if type(left) is not type(right):
        left, right = actual, wanted
    if isinstance(left, tuple) and isinstance(right, tuple):  # 1 and 1.0 are the same version
        size = max(len(left), len(right))
        left, right = (t + (0,) * (size - len(t)) for t in (left, right))
    return bool(_COMPARE[sign](left, right))


def _comparable(text: str) -> Any:
    if re.fullmatch(r"\d+(?:\.\d+)*", text):
        return tuple(int(part) for part in text.split("."))
    return text
