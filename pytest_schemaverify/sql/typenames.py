"""Whether a text can be a type at all, without asking which types a database has."""

import re
from collections.abc import Iterator
from functools import cache, partial

from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.lexical import DEEPEST, NAME, QUOTED, lexed, stopping

_PLAIN = re.compile(
    rf"\s*{NAME}(?:\.{NAME})*\s*(?:\(\s*\d+\s*(?:,\s*-?\d+\s*)?\))?\s*(?:\[\d*\])*\s*"
)
"""What most types look like. The parser is not asked about them: it takes long to load."""
_NUMBERED = re.compile(r"\s*(?P<name>[a-z]+(?:\s+varying)?)\s*\(\s*(?P<number>\d+)", re.IGNORECASE)
# In the sources: MaxAttrSize, eight times that for bits, NUMERIC_MAX_PRECISION.
_LENGTHS = {
    **dict.fromkeys(("varchar", "character varying", "char", "character", "bpchar"), 10_485_760),
    **dict.fromkeys(("bit", "varbit", "bit varying"), 83_886_080),
    **dict.fromkeys(("numeric", "decimal", "dec"), 1_000), "float": 53,
}  # fmt: skip
"""The greatest number that a type of PostgreSQL's own takes; the least is 1. Others know theirs."""
_WITHOUT_NUMBER = frozenset({"bigint", "boolean", "int", "integer", "real", "smallint"})
_QUERY = re.compile(r"\s(?:from|union|where)\s", re.IGNORECASE)
_AROUND = re.compile(r"^\s*(?:in|out|inout|variadic)\s+|\s*(?:\bdefault\b|:?=).*$", re.I | re.S)
"""The mode and the default of an argument, as `create function` has them."""
_BRACKET = partial(stopping, r"(?P<up>\() | (?P<down>\))", signs="()")


@cache
def is_type(text: str) -> bool:
    """Return whether SQL's grammar takes a text for one type."""
    if (numbered := _NUMBERED.match(text)) and not _takes(**numbered.groupdict()):
        return False
    if _PLAIN.fullmatch(text):
        return True
    if not text.strip() or _closes_early(text):
        return False
    from pytest_schemaverify.sql.fence import Refused, parsed

    try:
        # The line break ends a comment behind the type, which would hide the bracket.
        parsed("sql", f"select cast(null as {text}\n)")
    except Refused:
        return False
    return True


def sized(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the types of vectors with a length in some code: name, length, and where they stand.

    Comments and texts are no code, what dollars quote is.
    """
    for found, _ in lexed(_VECTOR(), text, deepest=DEEPEST):
        if found["length"]:
            yield found["type"].lower(), int(found["length"]), found.start("type")


_VECTOR = partial(
    stopping,
    r"(?P<type>vector|halfvec|sparsevec)(?:\s*\(\s*(?P<length>\d+)\s*\))?",
    words="vector|halfvec|sparsevec",
)


def _takes(name: str, number: str) -> bool:
    """Return whether a type of that name may have that length, or precision."""
    called = " ".join(name.lower().split())
    fits = 1 <= int(number) <= _LENGTHS.get(called, int(number)) or called not in _LENGTHS
    return called not in _WITHOUT_NUMBER and fits


def goes_on(text: str) -> bool:
    """Return whether more of a query follows the type: no slip, so a check is to refuse it."""
    return _QUERY.search(text) is not None


def _closes_early(text: str) -> bool:
    """Return whether a bracket ends that was not begun, which would end the cast around it."""
    depth = 0
    for found, _ in lexed(_BRACKET(), text):
        depth += {"up": 1, "down": -1}.get(str(found.lastgroup), 0)
        if depth < 0:
            return True
    return False


def require_types(written: str) -> None:
    """Refuse a signature that is not one of types. Raises BadName, which says what is wrong.

    A function's arguments have names where it is created, and an aggregate's may be ordered.
    """
    name, types = names.signature(written)
    if types is None and "(" in re.sub(QUOTED, "", name):
        raise names.BadName(
            f"{written!r} is no signature: a bracket is not closed; write {written + ')'!r}"
        )
    wrong = [one for one in types or () if not _is_argument(one)]
    if not wrong:
        return
    bare = [_bare(one) for one in types or ()]
    advice = f": {name}({', '.join(bare)})" if all(map(_is_argument, bare)) else ""
    raise names.BadName(
        f"`{wrong[0]}` is no type; a signature has the types of arguments and nothing else{advice}"
    )


def _bare(argument: str) -> str:
    """Return an argument without its mode, its name and its default."""
    text = _AROUND.sub("", argument)
    return text if _is_argument(text) else re.sub(rf"^\s*{NAME}\s+", "", text)


def _is_argument(text: str) -> bool:
    ordered = re.split(r"\border\s+by\b", text, flags=re.IGNORECASE)
    # `count(*)` has this, and ordered aggregates `order by` between two lists.
    return text == "*" or all(is_type(one) for one in ordered if one.strip())
