"""Writes SQL syntax that stands for the call of one function as that call, in a plan's expressions.

Since PostgreSQL 14 the server prints `(at AT TIME ZONE 'UTC'::text)` for what was written so, and
`timezone('UTC'::text, at)` for what was written as a call, or came from an older server.
`get_func_sql_syntax` in its source (ruleutils.c) has the list; everything else it prints alike.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_schemaverify.sql.tokens import Token, closing, items, joined, text_at, tokens

_OPENING = {
    "extract": ("from",),
    "overlay": ("placing", "from", "for"),
    "position": ("in",),
    "substring": ("from", "for", "similar", "escape"),
    "trim": ("from",),
    "xmlexists": ("passing",),
    "normalize": (),
    "for": (),
}
"""Words in front of a bracket, and those that part the arguments in it."""
_TRIMMING = {"both": "btrim", "leading": "ltrim", "trailing": "rtrim"}
_FORMS = frozenset({"nfc", "nfd", "nfkc", "nfkd"})
_ALONE = ("current_catalog", "current_schema", "current_user", "session_user", "system_user")
"""Words without a bracket."""
CALLS = frozenset({
    *_OPENING, *_TRIMMING.values(), *_ALONE, "current_database", "is_normalized", "overlaps",
    "pg_collation_for", "timezone",
})  # fmt: skip
"""Functions for which there are words, which always mean the server's own."""
# The keys of a plan with expressions. Other keys have names, where such a word is only a name.
_EXPRESSIONS = frozenset({
    "Cache Key", "Filter", "Function Call", "Group Key", "Group Keys", "Grouping Sets", "Hash Cond",
    "Hash Keys", "Index Cond", "Join Filter", "Merge Cond", "One-Time Filter", "Order By", "Output",
    "Presorted Key", "Recheck Cond", "Run Condition", "Sampling Parameters", "Sort Key",
    "Table Function Call", "Window",
})  # fmt: skip


Casts = Mapping[str, Sequence[Token]]
"""By name of a column, the tokens with which the server shows that it casts it."""


def as_calls(plan: Any, query: str) -> Any:
    """Return the plan of a query with calls for the words that stand for them."""
    return _within(plan, _casts(query), whole=False)


def same_calls(one: str, other: str) -> bool:
    """Return whether two texts, as the server prints them, differ in such words only.

    It prints them with an empty search_path, so that a function without a schema is its own.
    """
    return _called(one) == _called(other)


def _within(part: Any, casts: Casts, *, whole: bool) -> Any:
    """Return a part of a plan; all of its texts are expressions if it is `whole`."""
    if isinstance(part, dict):
        return {
            key: _within(value, casts, whole=whole or key in _EXPRESSIONS)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_within(one, casts, whole=whole) for one in part]
    if whole and isinstance(part, str) and _SPOKEN.search(part):
        return _uncast(_called(part), casts)
    return part


# Most texts have none of these, and taking a text apart costs more than this search.
_SPOKEN = re.compile(
    r"trim|extract|overla|position|substring|xmlexists|normalize|collation|time ?zone|at local"
    r"|current_|session_user|system_user",
    re.IGNORECASE,
)
"""What is in every text with such words, and in every one with the call that they stand for."""


def _casts(query: str) -> Casts:
    """Return what the server casts columns of the rows that stand in to, without a word of it."""
    types: dict[str, set[str]] = {}
    for name, type_ in _COLUMN.findall(query):
        types.setdefault(name.replace('""', '"'), set()).add(_IMPLICIT.get(type_, ""))
    return {name: tokens(f":: {found.pop()}") for name, found in types.items() if len(found) == 1}


# As `stand_in_rows.row_source` writes the columns into the query.
_COLUMN = re.compile(r'"((?:[^"]|"")+)" (character varying|\w+)')
_IMPLICIT = {
    "character varying": "text", "character": "text", "name": "text",
    "date": "timestamp with time zone", "smallint": "integer",
}  # fmt: skip
"""By type of a column, to which type such functions take it."""
_GIVEN = frozenset({
    "btrim", "is_normalized", "ltrim", "rtrim", "timezone", '"normalize"', '"overlaps"',
    '"overlay"', '"position"', '"substring"',
})  # fmt: skip
"""Functions: the server shows that an argument is cast for them in a call, in words not."""


def _uncast(text: str, casts: Casts) -> str:
    """Return a text in which no column that such a function is given is cast without a word."""
    found, kept = tokens(text), []  # type: list[Token], list[Token]
    given, at = [False], 0
    while at < len(found):
        end = closing(found, at) if found[at].text == "(" else at
        name = found[end - 1] if at < end < len(found) else found[at]
        cast = casts.get(name.name, []) if given[-1] and at < end else []
        alone = all(one.is_name or one.text == "." for one in found[at + 1 : end])
        if len(cast) > 1 and alone and found[end + 1 : end + 1 + len(cast)] == cast:
            kept += found[at + 1 : end]
            at = end + 1 + len(cast)
            continue
        if found[at].text == "(":
            given.append(text_at(found, at - 1) in _GIVEN)
        elif found[at].text == ")" and len(given) > 1:
            given.pop()
        kept.append(found[at])
        at += 1
    return joined(kept)


def _called(text: str) -> str:
    """Return an expression with calls in place of words."""
    # Brackets are closed from the inside, so that the arguments of a call have calls by then.
    stack: list[list[Token]] = [[]]
    found = tokens(text)
    for at, token in enumerate(found):
        if token.text == "(":
            stack.append([])
        elif token.text == ")" and len(stack) > 1:
            inside = stack.pop()
            stack[-1][:] = _closed(stack[-1], inside)
        elif (
            token.kind == "name" and token.text in _ALONE
            and text_at(found, at - 1) != "." and text_at(found, at + 1) not in (".", "(")
        ):  # fmt: skip
            name = token.text.replace("current_catalog", "current_database")
            stack[-1].append(Token("group", f"{_quoted(name)} {_bracket([])}"))
        else:
            stack[-1].append(token)
    if len(stack) > 1:
        return text  # a bracket is missing: no expression
    return joined(stack[0])


def _closed(before: list[Token], inside: list[Token]) -> list[Token]:
    """Return what stands in front of a bracket, and the bracket or the call that it stands for."""
    word = before[-1] if before and text_at(before, len(before) - 2) != "." else None
    words = [token.text if token.kind == "name" else "" for token in inside]
    if word is not None and word.kind == "name" and word.text in _OPENING:
        called = _function(word.text, inside, words)
        drop = 2 if word.text == "for" else 1
        # `collation for (x)`. The other `for (` is FOR in `substring(x for (n))`.
        if called and (word.text != "for" or text_at(before, len(before) - 2) == "collation"):
            return [*before[:-drop], called]
    if word is not None and word.text in ('"normalize"', "is_normalized"):
        inside = _in_capitals(inside)
    return [*before, _infix(inside, words) or Token("group", _bracket(inside))]


def _in_capitals(inside: list[Token]) -> list[Token]:
    """Return the arguments of a call with the form of normalization as the server writes it."""
    # Before PostgreSQL 14 the word stays as somebody has written it: `'nfd'::text`.
    form = inside[-3:]
    if [token.text for token in form[1:]] == ["::", "text"] and form[0].text[1:-1] in _FORMS:
        return [*inside[:-3], *_literal(form[0].text[1:-1].upper())]
    return inside


def _function(name: str, inside: list[Token], words: list[str]) -> Token | None:
    """Return the call that a word and a bracket stand for; None for a call as it is."""
    if name == "for":
        return _call("pg_collation_for", inside)
    if name == "normalize":
        first, *form = items(inside)
        return _call('"normalize"', first, *(_literal(one[0].text.upper()) for one in form))
    parting = [at for at, word in enumerate(words) if word in _OPENING[name]]
    if not parting:
        return None
    ends = [*parting, len(inside)]
    parts = [
        inside[start:end] for start, end in zip([0, *(at + 1 for at in parting)], ends, strict=True)
    ]
    if name == "trim":
        how, *what = parts[0]
        return _call(_TRIMMING[how.text], parts[1], *([what] if what else []))
    if name in ("position", "xmlexists"):  # of these two the server puts both into brackets
        parts = [_without_bracket(part) for part in parts]
    if name == "position":  # position(a in b) is position(b, a)
        parts = parts[::-1]
    if name == "extract":
        parts[0] = _literal(joined(parts[0]))
    return _call(_quoted(name), *parts)


def _infix(inside: list[Token], words: list[str]) -> Token | None:
    """Return the call that words between the operands in a bracket stand for."""
    for at in range(1, len(inside)):
        left = inside[:at]
        if words[at : at + 3] == ["at", "time", "zone"]:
            return _call("timezone", inside[at + 3 :], left)
        if words[at:] == ["at", "local"]:
            return _call("timezone", left)
        if words[at] == "overlaps" and len(inside) == 3:
            return _call('"overlaps"', *map(_without_bracket, (left, inside[2:])))
        if words[at] == "is" and words[-1] == "normalized" and {*words[at + 1 : -1]} <= _FORMS:
            return _call("is_normalized", left, *(_literal(w.upper()) for w in words[at + 1 : -1]))
    return None


def _call(name: str, *arguments: Sequence[Token]) -> Token:
    comma = [Token("sign", ",")]
    listed = [token for one in arguments for token in (*comma, *one)]
    return Token("group", f"{name} {_bracket(listed[1:])}")


def _bracket(inside: Sequence[Token]) -> str:
    return " ".join(["(", *(token.text for token in inside), ")"])


def _without_bracket(parts: Sequence[Token]) -> list[Token]:
    return [Token("group", joined(parts).removeprefix("( ").removesuffix(" )"))]


def _literal(text: str) -> list[Token]:
    return [Token("string", f"'{text}' :: text")]


def _quoted(name: str) -> str:
    """Return a name as the server prints it that may stand for something else, too."""
    return name if name == "current_database" else f'"{name}"'
