"""Sorts the operands in a plan's expressions where their order makes no difference.

EXPLAIN puts every operator and every AND and OR into brackets of its own, so that one bracket
holds operands of one kind, and no precedence of operators has to be known.
"""

from collections.abc import Sequence
from typing import Any

from pytest_schemaverify.sql.tokens import Token, joined, tokens

_EXPRESSIONS = ("Output", "Filter", "Join Filter", "Hash Cond", "Merge Cond", "One-Time Filter")
_OPPOSITE = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
"""By operator, the one that is true when the sides are exchanged."""
# pg_operator.oprcom is the commutator. OIDs from 16384 on are those of users' objects
# (FirstNormalObjectId in PostgreSQL's transam.h); the server's own operators are known.
UNRULY = """
select
    coalesce(pg_catalog.bool_or(c.oprname is distinct from case o.oprname
        when '<' then '>' when '>' then '<' when '<=' then '>=' when '>=' then '<='
        else o.oprname
    end), false),
    coalesce(pg_catalog.bool_or(
        o.oprname = any ('{=,<>}') and pg_catalog.pg_operator_is_visible(o.oid)
        and (n.oprname is null or n.oprname = o.oprname or n.oprname <> all ('{=,<>}'))
    ), false)
from pg_catalog.pg_operator as o
left join pg_catalog.pg_operator as c on c.oid = o.oprcom
left join pg_catalog.pg_operator as n on n.oid = o.oprnegate
where o.oprname = any ('{=,<>,<,>,<=,>=}') and o.oprleft <> 0 and o.oid >= 16384
"""
"""Whether the database has an operator of such a name that does not exchange its sides like this,
and a `=` or `<>` that is not the opposite of the other."""


def in_order(plan: Any) -> Any:
    """Return a plan in whose conditions the sides of comparisons, AND and OR are sorted."""
    if isinstance(plan, list):
        return [in_order(part) for part in plan]
    if not isinstance(plan, dict):
        return plan
    return {
        key: _all(value) if key in _EXPRESSIONS else in_order(value) for key, value in plan.items()
    }


def _all(value: str | list[str]) -> str | list[str]:
    return _sorted(value) if isinstance(value, str) else [_sorted(text) for text in value]


def _sorted(text: str) -> str:
    return joined(_parts(tokens(text)))


def _parts(found: Sequence[Token]) -> list[Token]:
    """Return the tokens with each bracket as one of them."""
    stack: list[list[Token]] = [[]]
    for token in found:
        if token.text in "([":
            stack.append([token])
        elif token.text in ")]" and len(stack) > 1:
            opening, *inside = stack.pop()
            if opening.text == "(":
                inside = _bracket(inside)
            stack[-1].append(Token("group", f"{opening.text} {joined(inside)} {token.text}"))
        else:
            stack[-1].append(token)
    return [token for level in stack for token in level]


def _bracket(parts: list[Token]) -> list[Token]:
    """Return what stands in one bracket in order."""
    words = [part.text if part.kind in ("name", "operator") else "" for part in parts]
    connecting = {"and", "or"} & set(words)
    # In the frame of a window, BETWEEN … AND is no condition, and the order has a meaning.
    if "between" in words or len(connecting) > 1:
        return parts
    if connecting:
        [word] = connecting
        operands: list[list[Token]] = [[]]
        for part, text in zip(parts, words, strict=True):
            if text == word:
                operands.append([])
            else:
                operands[-1].append(part)
        return [Token("group", f" {word} ".join(sorted(map(joined, operands))))]
    # Of several operators it is not known which one is the outer one.
    operators = [at for at, part in enumerate(parts) if part.kind == "operator"]
    if len(operators) != 1:
        return parts
    [at] = operators
    left, sign, right = parts[:at], parts[at], parts[at + 1 :]
    # `a = any (…)` cannot be turned round.
    apart = not left or not right or words[at + 1] in ("any", "all")
    if apart or sign.text not in _OPPOSITE or joined(left) <= joined(right):
        return parts
    return [*right, Token("operator", _OPPOSITE[sign.text]), *left]
