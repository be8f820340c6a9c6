"""Whether two texts are one to the parser, so that no server has to be asked."""

from typing import Any

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql.tokens import tokens

from .subqueries import parsed


def same_tree(kind: str, one: str, other: str) -> bool:
    """Return whether two expressions or queries differ in brackets and spelling of words only.

    The tree of the parser has neither. Where it cannot read a text, nothing is known.
    """
    if not _closed(one) or not _closed(other):
        return False  # put into brackets, it would become another text
    try:
        left, right = parsed(kind, one), parsed(kind, other)
    except CannotDetermine:
        return False
    return bool(_same(left.nodes, right.nodes))


def _closed(text: str) -> bool:
    """Return whether every bracket of a text is opened in it."""
    depth = 0
    for token in tokens(text):
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            return False
    return True


_PLACES = frozenset({"location", "name_location", "list_start", "list_end", "rexpr_list_start",
                     "rexpr_list_end", "stmt_location", "stmt_len"})  # fmt: skip
"""Fields that say where in the text something stands."""


def _same(one: Any, other: Any) -> bool:
    # No recursion, because a long `and` is deeper than Python's limit.
    stack = [(one, other)]
    while stack:
        left, right = stack.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, dict):
            keys = left.keys() - _PLACES
            if keys != right.keys() - _PLACES:
                return False
            stack += [(left[key], right[key]) for key in keys]
        elif isinstance(left, list):
            if len(left) != len(right):
                return False
            stack += zip(left, right, strict=True)
        elif left != right:
            return False
    return True
