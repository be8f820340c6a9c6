"""Leaves clauses out of a query that say what holds by default, so that they make no difference.

A plan shows some of these clauses and hides others.
https://www.postgresql.org/docs/current/sql-expressions.html#SYNTAX-WINDOW-FUNCTIONS
https://www.postgresql.org/docs/current/sql-select.html#SQL-LIMIT
"""

from collections.abc import Sequence

from pytest_schemaverify.sql.tokens import Token, text_at, tokens

FRAMES = ("rows", "range", "groups")
"""Words with which the frame of a window begins."""
_DEFAULT = tokens("range between unbounded preceding and current row")
_LEFT_OUT = (tokens("exclude no others"), tokens("limit all"), tokens("limit null"))
# `fetch first row only` and `fetch first 1 row only` are the same; the number is needed where the
# count is made visible.
_ONE = tuple(
    tokens(f"{first} {row} {last}")
    for first in ("first", "next")
    for row in ("row", "rows")
    for last in ("only", "with ties")
)


def without_defaults(found: Sequence[Token]) -> list[Token]:
    """Return the tokens of a query without clauses that change nothing; short ones written out."""
    kept: list[Token] = []
    at = 0
    while at < len(found):
        end = _bound(found, at)
        if left_out := next((one for one in _LEFT_OUT if _is(found, at, one)), None):
            at += len(left_out)
        elif end:
            kept += [found[at], *tokens("between"), *found[at + 1 : end]]
            kept += tokens("and current row")
            at = end
        else:
            kept.append(found[at])
            if any(_is(found, at, one) for one in _ONE):
                kept += tokens("1")
            at += 1
    return _without_frame(kept)


def _without_frame(found: list[Token]) -> list[Token]:
    """Return the tokens without the frame that a window has by default."""
    size = len(_DEFAULT)
    # From the end, because tokens are removed while the list is gone through.
    for at in reversed(range(len(found))):
        if _is(found, at, _DEFAULT) and text_at(found, at + size) == ")":
            del found[at : at + size]
    return found


def _bound(found: Sequence[Token], at: int) -> int:
    """Return where the one bound of a frame ends whose other is the current row; or 0."""
    if found[at].kind != "name" or found[at].text not in FRAMES:
        return 0
    # `rows 1 preceding` stands for `rows between 1 preceding and current row`. The words are no
    # reserved ones, so a comma or `from` says that this is the name of a column.
    depth, end = 0, at + 1
    while end < len(found) and depth >= 0:
        text = found[end].text
        depth += (text in "([") - (text in ")]")
        if depth == 0 and text in ("between", ",", "from"):
            return 0
        ends = text == "preceding" or (text == "row" and found[end - 1].text == "current")
        end += 1
        if depth == 0 and ends:
            return end if text_at(found, end) in (")", "exclude") else 0
    return 0


def _is(found: Sequence[Token], at: int, phrase: Sequence[Token]) -> bool:
    return list(found[at : at + len(phrase)]) == list(phrase)
