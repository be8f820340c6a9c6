"""Writes in one way what two clauses of SQL say, where the server keeps them apart.

A window may have a name or stand where it is used, and `x <> all (select …)` is
`x not in (select …)`. The server stores and plans them as they are written.
https://www.postgresql.org/docs/current/sql-select.html#SQL-WINDOW
https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-ALL
"""

from collections.abc import Mapping, Sequence

from pytest_schemaverify.sql.tokens import Token, closing, text_at, tokens

Window = list[Token]
"""What stands in the brackets of a window."""


def one_spelling(text: str, *, orderly: bool = True) -> str:
    """Return a text without named windows, and with NOT IN for `<> ALL`.

    `orderly` is whether each `<>` of the database is the opposite of `=`.
    """
    found = tokens(text)
    words = {token.text for token in found}
    if "window" not in words and not words >= {"<>", "all"} and not words >= {"!=", "all"}:
        return text
    kept = _without_windows(found)
    # Line ends and not spaces: two strings in a row are one only if a line ends between them.
    return "\n".join(token.text for token in (_not_in(kept) if orderly else kept))


def _not_in(found: Sequence[Token]) -> list[Token]:
    kept = list(found)
    for at, token in enumerate(found):
        after = [text_at(found, at + step) for step in (1, 2, 3)]
        of_query = after[:2] == ["all", "("] and after[2] in ("select", "with", "values", "(")
        if token.kind == "operator" and token.text in ("<>", "!=") and of_query:
            kept[at : at + 2] = [Token("name", "not"), Token("name", "in")]
    return kept


def _without_windows(found: list[Token]) -> list[Token]:
    while places := [at for at in range(len(found)) if _is_clause(found, at)]:
        # The innermost one first, since a window of a sub-query is none of the query around.
        at = max(places, key=lambda place: _depth(found, place))
        windows, end = _named(found, at + 1)
        start, stop = _query(found, at)
        inside = _in_place([*found[start:at], *found[end:stop]], windows)
        found = [*found[:start], *inside, *found[stop:]]
    return found


def _is_clause(found: Sequence[Token], at: int) -> bool:
    """Return whether a token begins the clause with the windows of a query."""
    words = text_at(found, at), text_at(found, at + 2), text_at(found, at + 3)
    return words == ("window", "as", "(") and text_at(found, at - 1) not in (".", "as")


def _depth(found: Sequence[Token], at: int) -> int:
    """Return in how many brackets a token is."""
    return sum((token.text == "(") - (token.text == ")") for token in found[:at])


def _named(found: Sequence[Token], at: int) -> tuple[dict[str, Window], int]:
    """Return the windows of a clause by their names, and where the clause ends."""
    windows: dict[str, Window] = {}
    while at < len(found):
        last = closing(found, at + 2)
        # A window may copy one that stands in front of it.
        windows[found[at].name] = _copied(found[at + 3 : last], windows)
        at = last + 1
        if text_at(found, at) != ",":
            break
        at += 1
    return windows, at


def _query(found: Sequence[Token], at: int) -> tuple[int, int]:
    """Return where the SELECT that has a clause begins and ends."""
    start, depth = at, 0
    while start >= 0 and (depth or found[start].text != "select"):
        depth += (found[start].text == ")") - (found[start].text == "(")
        start -= 1
    stop, depth = at, 0
    while stop < len(found) and (depth or found[stop].text not in _ENDS):
        depth += (found[stop].text == "(") - (found[stop].text == ")")
        stop += 1
    return max(start, 0), stop


_ENDS = (")", "union", "intersect", "except", ";")


def _in_place(found: Sequence[Token], windows: Mapping[str, Window]) -> list[Token]:
    """Return the tokens of a query with each window where it is used."""
    kept: list[Token] = []
    at = 0
    while at < len(found):
        kept.append(found[at])
        at += 1
        if kept[-1] != ("name", "over") or at == len(found):
            continue
        if found[at].is_name and found[at].name in windows:
            kept += [Token("sign", "("), *windows[found[at].name], Token("sign", ")")]
            at += 1
        elif found[at].text == "(":
            last = closing(found, at)
            kept += [found[at], *_copied(found[at + 1 : last], windows)]
            at = last
    return kept


def _copied(inside: Sequence[Token], windows: Mapping[str, Window]) -> Window:
    """Return what stands in the brackets of a window, with what it copies of another one."""
    if inside and inside[0].is_name and inside[0].name in windows:
        return [*windows[inside[0].name], *inside[1:]]
    return list(inside)
