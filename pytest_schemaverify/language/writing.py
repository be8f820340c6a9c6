"""Plain values -> YAML as a person writes it: what belongs together on one line, few quotes.

What is written reads back as the very same values. A `${` is written `$${`, because it would be a
variable. A zero byte and half of a surrogate pair cannot be read from any file, and are for the
caller to keep away.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

from .scalars import BLANKS, is_text

WIDTH = 120
"""Most characters of a line with more than one value in it."""
KEYS = 6
"""Most keys of a mapping on one line."""
APART = frozenset(
    {
        "checks",
        "columns",
        "exclusions",
        "foreign_keys",
        "indexes",
        "partitions",
        "policies",
        "rewrite_rules",
        "statistics",
        "triggers",
        "unique_constraints",
    }
)
"""Keys under which each object has a line of its own, however few there are: another one that is
added later then changes no line but its own."""

_LONGEST_KEY = 1000
"""From 1,024 characters on YAML wants `?` before a key, and a quoted character may be ten."""
_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_SPECIAL = re.compile(
    "[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that YAML takes for line breaks, does not allow, or that nobody would see."""
_ESCAPED = re.compile(rf'{_SPECIAL.pattern}|["\\]')
_NOT_PLAIN = re.compile(r"[,\[\]{}#&*!|>'\"%@`?: ]|-(?: |$)|---|\.\.\.|.*(?:: | #|[: ]$)")
"""What a text without quotes must not begin with."""
_DIGITS = re.compile(r"[-+]?[\d.][\d._]*(?:[eE][-+]?\d+)?")
"""Texts that look like numbers, 003 and 1_000. The language has them as texts, but not every
reader of YAML, such as the one in an editor."""
_FLOW = re.compile(r"[,\[\]{}]")
_LITERAL = re.compile(r"(?=.*\n)\n*[^\s](?:.*\S)?\n?", re.DOTALL)
"""A text of several lines whose first with something in it is not indented, as is its last.
Others would need an indentation indicator, or `|+`, which depends on the lines that follow."""
_SHORT = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t", "\r": r"\r"}


def written(data: Mapping[str, Any], *, column: int = 0, width: int = WIDTH) -> str:
    """Return the lines of a mapping with one entry below the other, nothing for an empty one."""
    return "".join(entry(name, value, column, width) for name, value in data.items())


def entry(name: str, value: Any, column: int = 0, width: int = WIDTH) -> str:
    """Return the lines of one key and its value, the key behind `column` blanks.

    Sections at the top of a file, which begin in column 0, are never put on one line.
    """
    pad, head = " " * column, key(name)
    start = f"{pad}? {head}\n{pad}:" if len(head) > _LONGEST_KEY else f"{pad}{head}:"
    apart = isinstance(value, Mapping) and (column == 0 or name in APART)
    behind = None if apart and value else _behind(value, column, width - len(pad + head) - 2)
    if behind is None:
        return f"{start}\n{_block(value, column + 2, width)}"
    return f"{start} {behind}\n"


def flow(value: Any) -> str:
    """Return a value on one line: `{command: select, roles: [a, b]}`."""
    if isinstance(value, Mapping):
        pairs = (f"{_flow_key(name)}: {flow(inner)}" for name, inner in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return scalar(value, inside=True)


def scalar(value: Any, *, inside: bool = False) -> str:
    """Return a value that is neither list nor mapping; `inside` where it stands in `[ ]` or `{ }`.

    Raises TypeError for what no file can hold.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(value) if math.isfinite(value) else _NAMED[str(float(value))]
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        raise TypeError(f"no YAML for {type(value).__name__}")
    return _text(value, plain=is_text(value) and not _DIGITS.fullmatch(value), inside=inside)


def key(name: str, *, inside: bool = False) -> str:
    """Return a key, without its colon; `inside` where it stands in `{ }`."""
    # The loader takes any key for a text, so `null` needs no quotes; `<<` would be no key.
    plain = name not in ("", "<<") and not _DIGITS.fullmatch(name) and not BLANKS.search(name)
    return _text(name, plain=plain, inside=inside)


_NAMED = {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}


def _flow_key(name: str) -> str:
    head = key(name, inside=True)
    return f"? {head} " if len(head) > _LONGEST_KEY else head


def _text(text: str, *, plain: bool, inside: bool) -> str:
    text = _without_variables(text)
    if _SPECIAL.search(text):
        return f'"{_ESCAPED.sub(_escape, text)}"'
    if plain and not _NOT_PLAIN.match(text) and not (inside and _FLOW.search(text)):
        return text
    if '"' in text or "\\" in text:
        return "'{}'".format(text.replace("'", "''"))
    return f'"{text}"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    number = ord(character)
    wide = f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
    return _SHORT.get(character, wide)


def _without_variables(text: str) -> str:
    return _VARIABLE.sub(r"$\g<0>", text)


def _behind(value: Any, column: int, room: int) -> str | None:
    """Return what stands on the line of the key or dash, None where the value begins below it."""
    if isinstance(value, str) and "\n" in value:
        return _literal(value, column + 2)
    if not isinstance(value, Mapping | list | tuple):
        return scalar(value)
    if not value:
        return flow(value)
    if not _shallow(value):
        return None
    line = flow(value)
    return line if len(line) <= room else None


def _literal(text: str, column: int) -> str:
    if not _LITERAL.fullmatch(text) or _SPECIAL.search(re.sub(r"[\n\t]", "", text)):
        return scalar(text)
    sign = "|" if text.endswith("\n") else "|-"
    lines = _without_variables(text).removesuffix("\n").split("\n")
    return "\n".join([sign, *(" " * column + line if line else "" for line in lines)])


def _shallow(value: Any) -> bool:
    """Whether a value is easily read on one line."""
    if isinstance(value, Mapping):
        return len(value) <= KEYS and all(_in_mapping(inner) for inner in value.values())
    return all(_in_mapping(inner) for inner in value)


def _in_mapping(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_in_mapping(inner) for inner in value)
    return not isinstance(value, Mapping) and not (isinstance(value, str) and "\n" in value)


def _block(value: Any, column: int, width: int) -> str:
    if isinstance(value, Mapping):
        return written(value, column=column, width=width)
    return "".join(_item(inner, column, width) for inner in value)


def _item(value: Any, column: int, width: int) -> str:
    dash = " " * column + "- "
    behind = _behind(value, column, width - len(dash))
    if behind is None:
        # Its first line stands behind the dash, in the column where its others begin.
        return dash + _block(value, column + 2, width)[column + 2 :]
    return f"{dash}{behind}\n"
