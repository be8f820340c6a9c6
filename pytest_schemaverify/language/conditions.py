"""Conditions on numbers, on quantities and on versions: `5`, `">= 2"`, `">= 0.5, < 1"`.

The caller says what a text stands for, which is never guessed from the text: `0.10` is a smaller
number than `0.9`, and a newer version.
"""

import operator
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne, "<>": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
# Longer signs come first, because the first alternative that fits is taken.
_SIGN = re.compile(r"\s*(==|=|!=|<>|<=|>=|<|>)?\s*")
STARTS = re.compile(r"\s*[<>=!]")
"""The beginning of a text that is meant as a condition, and not as a value."""

# Python reads no longer number, and PostgreSQL has none with such an exponent.
_DIGITS = r"\d{1,4000}(?:_\d{1,4000}){0,9}"
_DECIMAL = rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:e[+-]?\d{{1,6}})?"
# ASCII, because \d and Python's numbers have digits of all scripts, and PostgreSQL's have not.
_NUMBER = re.compile(rf"{_DECIMAL}|[+-]?inf(?:inity)?|nan", re.IGNORECASE | re.ASCII)
_QUANTITY = re.compile(
    rf"({_DECIMAL})\s*(B|kB|MB|GB|TB|us|ms|s|min|h|d)?", re.IGNORECASE | re.ASCII
)
_PART = r"\d{1,4000}"
_VERSION = re.compile(
    rf"v?({_PART}(?:\.{_PART})*)(?:[-.]?([a-z][\w.+-]*))?", re.IGNORECASE | re.ASCII
)

Reads = Callable[[str], Any]
"""Returns the value of a text, which can be compared; None for a text that has no such value."""


class Version(NamedTuple):
    """A version. One without a suffix is newer than one with: 2.0 than 2.0-dev."""

    # Versions compare field by field, in this order.
    parts: tuple[int, ...]
    """Without zeros at the end: 1.0 is 1."""
    release: bool
    suffix: tuple[tuple[bool, int, str], ...]
    """Words and numbers of what follows: beta10 is newer than beta2."""


class Quantity(NamedTuple):
    """A number of bytes, of seconds, or of what has no unit."""

    kind: str
    number: Decimal


def number(text: str) -> Decimal | None:
    """Return a number that is written as PostgreSQL and YAML do: `-0.5`, `1e3`, `1_000`."""
    return Decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None


def version(text: str) -> Version | None:
    """Return the version of a text: `0.8.0`, `v3`, `16beta1`, `2.15.0-dev`."""
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        return None
    parts = [int(part) for part in match[1].split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    words = re.findall(r"\d{1,4000}|[a-z]+", (match[2] or "").lower())
    suffix = tuple((word.isdecimal(), int(word) if word.isdecimal() else 0, word) for word in words)
    return Version(tuple(parts), not match[2], suffix)


def quantity(unit: str = "") -> Reads:
    """Return what reads `64MB`, `5s`, `0.5` as the server reads settings of a unit.

    Units as in https://www.postgresql.org/docs/current/config-setting.html; `unit` is the one of
    `pg_settings`, which a bare number has: `8kB`.
    """
    # `pg_settings` has `ms` for one of them, and `8kB` where a number counts eight.
    base = _QUANTITY.fullmatch(unit if unit[:1].isdigit() else f"1{unit}")
    # In lower case, because `mb` in a file is MB: no two units differ by that alone.
    kind, factor = _UNITS[(base[2] or "").lower()] if base else ("", Decimal(1))
    bare = Decimal(base[1]) * factor if base else Decimal(1)

    def read(text: str) -> Quantity | None:
        match = _QUANTITY.fullmatch(text.strip())
        if match is None:
            return None
        if match[2]:
            own, factor = _UNITS[match[2].lower()]
            return Quantity(own, Decimal(match[1]) * factor)
        return Quantity(kind, Decimal(match[1]) * bare)

    return read


_UNITS: dict[str, tuple[str, Decimal]] = {
    "": ("", Decimal(1)),
    "b": ("bytes", Decimal(1)), "kb": ("bytes", Decimal(2**10)), "mb": ("bytes", Decimal(2**20)),
    "gb": ("bytes", Decimal(2**30)), "tb": ("bytes", Decimal(2**40)),
    "us": ("seconds", Decimal("1e-6")), "ms": ("seconds", Decimal("1e-3")),
    "s": ("seconds", Decimal(1)), "min": ("seconds", Decimal(60)),
    "h": ("seconds", Decimal(3600)), "d": ("seconds", Decimal(86400)),
}  # fmt: skip


def is_condition(value: object) -> bool:
    """Return whether a value of the file is meant as a condition: it starts with a sign."""
    return isinstance(value, str) and STARTS.match(value) is not None


def parts(text: str, reads: Reads = number) -> list[tuple[str, Any]]:
    """Return the sign and the value of each part of a condition, [] where it is none.

    A value alone is a condition, too; of several parts each has a sign.
    """
    found = []
    texts = text.split(",")
    for part in texts:
        sign = _SIGN.match(part)
        value = reads(part[sign.end() :]) if sign and (sign[1] or len(texts) == 1) else None
        if sign is None or value is None:
            return []
        found.append((sign[1] or "=", value))
    return found


def of_text(text: str) -> tuple[bool, str] | None:
    """Return whether a text is to be the same, and which, of `= auto` and `!= auto`; else None."""
    match = re.fullmatch(r"\s*(==|=|!=|<>)\s*([^<>=!]+?)\s*", text)
    return (match[1] in ("=", "=="), match[2]) if match else None


def holds(
    text: str, value: Any, reads: Reads = number, *, endless: bool = False, negated: bool = False
) -> bool:
    """Return whether a value fulfils every part of a condition. None fulfils nothing.

    `endless` says that the value stands for no limit at all, as -1 may do: then it is not below
    any number above 0. `negated` says that `not` stands before it: what is no number fulfils
    neither a condition nor its opposite. Raises ValueError where the text is no condition.
    """
    wanted = parts(text, reads)
    if not wanted:
        raise ValueError(f"`{text}` is not a condition")
    if value is None:
        return negated
    return all(
        negated and sign in (">", ">=")
        if endless and _bounds(sign, limit)
        else compare(sign, value, limit)
        for sign, limit in wanted
    )


def compare(sign: str, left: Any, right: Any) -> bool:
    """Return how two values compare. NaN, and 5 s beside 5 MB, are neither less nor greater."""
    if isinstance(left, Quantity) and left.kind != right.kind:
        return sign in ("!=", "<>")
    # Decimal raises for `<` with NaN, and takes it for unequal to itself.
    one, other = _amount(left), _amount(right)
    if _is_nan(one) or _is_nan(other):
        same = _is_nan(one) and _is_nan(other)
        return same if sign in ("=", "==") else sign in ("!=", "<>") and not same
    return _COMPARE[sign](one, other)


def _bounds(sign: str, limit: Any) -> bool:
    return sign in ("<", "<=", ">", ">=") and compare(">", _amount(limit), Decimal(0))


def _amount(value: Any) -> Any:
    return value.number if isinstance(value, Quantity) else value


def _is_nan(value: Any) -> bool:
    return isinstance(value, Decimal) and value.is_nan()
