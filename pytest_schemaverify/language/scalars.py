"""Texts of YAML: what one means without quotes, a number, nothing or itself, and one in quotes."""

import re
from collections.abc import Callable
from typing import Any

SCALARS = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+|0o[0-7]+", list("-+0123456789")),
    "merge": (r"<<", ["<"]),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
}

LONGEST = 100
"""Most characters of a number: Python refuses to print one with thousands of digits."""


def _int(text: str) -> int:
    if len(text) > LONGEST:
        raise ValueError(f"a number of {len(text):,} characters; put it in quotes if it is a text")
    return int(text, 0) if text[:2] in ("0x", "0o") else int(text, 10)


class Fraction(float):
    """A number that is no integer. Its text is the one of the file, with every digit: 0.10."""

    _written: str

    def __new__(cls, text: str) -> "Fraction":
        """Read what YAML takes for such a number."""
        named = "n" in text.lower()  # `.inf` and `.nan`, which only YAML writes so
        self = super().__new__(cls, text.lower().replace(".", "") if named else text)
        self._written = repr(self) if named else text
        return self

    def __str__(self) -> str:
        """Return what is written."""
        return self._written

    def __reduce__(self) -> tuple[type["Fraction"], tuple[str]]:
        """Return how a pickle or a copy makes it anew."""
        # What a large file says is kept as a pickle, in which a float would be without its text.
        return Fraction, (self._written,)


CONVERT: dict[str, Callable[[str], Any]] = {
    "int": _int,
    "float": lambda text: Fraction(text),
    "bool": lambda text: text[0] in "tT",
    "null": lambda _: None,
    "str": str,
}


def scalar(text: str) -> Any:
    """Return what a text means where YAML has it without quotes; nothing is the empty text."""
    for kind, (pattern, _) in SCALARS.items():
        if kind in CONVERT and 0 < len(text) <= LONGEST and re.fullmatch(pattern, text):
            return CONVERT[kind](text)
    return text


_OTHER = re.compile("|".join(pattern for pattern, _ in SCALARS.values()))


def is_text(text: str) -> bool:
    """Whether a text without quotes is one for YAML too, and no number, and not nothing."""
    return _OTHER.fullmatch(text) is None


BLANKS = re.compile("[\u00a0\u2000-\u200b\u202f\u3000\ufeff]")
"""Signs that an editor or a web page puts in the place of a space."""


def in_quotes(text: str) -> str:
    """Return a text of one line in quotes of YAML's."""
    if '"' in text or "\\" in text:
        return "'{}'".format(text.replace("'", "''"))
    return f'"{text}"'
