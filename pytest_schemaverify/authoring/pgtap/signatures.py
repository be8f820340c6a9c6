"""Which of pgTAP's functions of one name is called, and what its arguments are.

A text in quotes may be a name or a description: `has_table('a', 'b')` is about the table `a`, and
`has_table('a'::name, 'b'::name)` about `a.b`. The server's rules decide:
https://www.postgresql.org/docs/current/typeconv-func.html
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from pytest_schemaverify.authoring.pgtap.constants import Value
from pytest_schemaverify.authoring.pgtap.words import words


class Argument(NamedTuple):
    """An argument that a function takes: what it is for, and its type."""

    role: str
    type: str


_TEXTS = words("why type command event volatility sql")
"""Arguments of the type `text`; others are names."""
_WORD = re.compile(r"(?P<role>\w+)(?::(?P<type>\w+))?(?P<many>\[\]|\*)?(?P<maybe>\?)?")


@cache
def overloads(arguments: str) -> tuple[tuple[Argument, ...], ...]:
    """Return the lists of arguments that a line of the table of functions stands for."""
    found: list[tuple[Argument, ...]] = []
    for written in arguments.split("|"):
        lists: list[tuple[Argument, ...]] = [()]
        for word in written.split():
            lists = [(*before, *more) for before in lists for more in _choices(word)]
        found += [one for one in lists if one not in found]
    return tuple(found)


def _choices(word: str) -> list[tuple[Argument, ...]]:
    """Return what may stand for one word of the table."""
    match = _WORD.fullmatch(word)
    assert match is not None
    role = match["role"]
    type_ = match["type"] or ("text" if role in _TEXTS else _OTHERS.get(role, "name"))
    many: tuple[Argument, ...] = (Argument(role, f"{type_}[]"),)
    one: tuple[Argument, ...] = (Argument(role, type_),)
    choices: list[tuple[Argument, ...]] = {"[]": [many], "*": [one, many]}.get(
        match["many"] or "", [one]
    )
    return [*choices, ()] if match["maybe"] else choices


_OTHERS = {"depth": "integer"}


def resolved(arguments: str, given: Sequence[Value]) -> tuple[Argument, ...] | None:
    """Return the list of arguments that the server chooses; None if it would complain."""
    fitting = [
        one
        for one in overloads(arguments)
        if len(one) == len(given) and all(map(_accepts, one, given))
    ]
    for choose in (_exact, _of_texts):
        if len(fitting) > 1:
            fitting = choose(fitting, given)
    return fitting[0] if len(fitting) == 1 else None


def _accepts(argument: Argument, given: Value) -> bool:
    wanted, has = argument.type, given.type
    if "any" in (wanted, has) or has == "unknown":
        return True
    if wanted.endswith("[]"):
        return has.endswith("[]")
    return wanted == has or {wanted, has} <= {"text", "name"}


def _exact(
    fitting: Iterable[tuple[Argument, ...]], given: Sequence[Value]
) -> list[tuple[Argument, ...]]:
    """Return those with the most types that are exactly the given ones."""
    scored = [
        (sum(a.type == v.type for a, v in zip(one, given, strict=True)), one) for one in fitting
    ]
    best = max(score for score, _ in scored)
    return [one for score, one in scored if score == best]


def _of_texts(
    fitting: Sequence[tuple[Argument, ...]], given: Sequence[Value]
) -> list[tuple[Argument, ...]]:
    """Return those that take texts for what has no type; `text` goes before `name`."""
    chosen = list(fitting)
    for place, value in enumerate(given):
        there = {one[place].type for one in fitting}
        if value.type == "unknown" and (texts := there & {"text", "name"}):
            wanted = "text" if "text" in texts else "name"
            chosen = [one for one in chosen if one[place].type == wanted]
    return chosen
