"""Texts as they are given to the server to plan, with little left that a plan hides."""

from collections.abc import Iterator, Sequence

from pytest_schemaverify.sql.tokens import Token, closing, items, names, text_at, tokens

from .default_clauses import without_defaults
from .texts import is_count


def shown(text: str) -> str:
    """Return the text as it is to be planned, with little left that a plan hides.

    One word for what is the same to a reader and not to the server; the number of rows in a LIMIT
    as a query, which a plan shows; rows of VALUES as queries, too; no clauses that change nothing.
    """
    found = _rows(_without_values(without_defaults(tokens(text))))
    kept: list[str] = []
    for at, token in enumerate(found):
        before, after = text_at(found, at - 1), text_at(found, at + 1)
        # `t.user` is a column, and `"user"` is a name in quotes, not this word.
        if (
            token.kind == "name"
            and "." not in (before, after)
            and (token.text, after == "(") in _ALIKE
        ):
            kept.append(_ALIKE[token.text, after == "("])
        # A plan has a step Limit without its number, and shows a sub-query of a number.
        elif is_count(found, at):
            kept.append(f"(select {token.text})")
        else:
            kept.append(token.text)
    # Line ends and not spaces: two strings in a row are one only if a line ends between them.
    return "\n".join(kept)


_ALIKE = {
    ("current_timestamp", False): "now()",
    ("transaction_timestamp", True): "now",
    ("current_role", False): "current_user",
    ("user", False): "current_user",
}
"""Words, and whether a bracket follows, of functions that are the same by documentation.
https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT
https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION-TABLE"""


def _without_values(found: list[Token]) -> list[Token]:
    """Return the tokens with a query of all rows for `values (1), (2)`."""
    # A plan has a step Values Scan without its rows. PostgreSQL calls their columns column1,
    # column2 …
    at = 0
    while at < len(found):
        if found[at] == ("name", "values") and text_at(found, at + 1) == "(":
            end, rows = at + 1, []
            while text_at(found, end) == "(":
                last = closing(found, end)
                rows.append(found[end + 1 : last])
                end = last + 2 if text_at(found, last + 1) == "," else last + 1
            if end > len(found) or len({len(items(row)) for row in rows}) > 1:
                return found  # no SQL, and the server will say so
            found = [*found[:at], *_query(rows), *found[end:]]
        at += 1
    return found


def _rows(found: list[Token]) -> list[Token]:
    """Return the tokens with the whole row of a table as one of no table's type."""
    # For `select n from notes n` the server prints `n.*::notes`. Rows that stand in for the table
    # have no type of a name.
    kept = list(found)
    for at in reversed(range(len(found) - 4)):
        if [token.text for token in found[at + 1 : at + 4]] != [".", "*", "::"]:
            continue
        end = at + 4
        while text_at(found, end + 1) == ".":
            end += 2
        alias, type_ = found[at].name, [token.name for token in found[at + 4 : end + 1]]
        if text_at(found, at - 1) != "." and alias in _aliases(found, type_):
            kept[at + 4 : end + 1] = [Token("name", "record")]
    return kept


def _aliases(found: Sequence[Token], table: Sequence[str]) -> Iterator[str]:
    """Yield what a table is called in a text."""
    for start, parts in names(found):
        if parts[-1] == table[-1] and text_at(found, start - 1) in ("from", "join", ",", "("):
            end = start + 2 * len(parts) - 1
            end += text_at(found, end) == "as"
            is_named = end < len(found) and found[end].is_name
            yield from [parts[-1], *([found[end].name] if is_named else ())]


def _query(rows: Sequence[Sequence[Token]]) -> Iterator[Token]:
    """Yield a query whose columns name all rows, since a plan shows expressions."""
    # CASE finds the common type of several values as VALUES does; UNION takes two at a time, and
    # for it `null` and `null` are texts by then.
    columns = [*zip(*map(items, rows), strict=True)]
    yield from tokens("( select")
    for number, values in enumerate(columns, 1):
        yield from tokens("," if number > 1 else "")
        if len(rows) == 1:
            yield from values[0]
        else:
            yield from tokens('case "?row"')
            for row, value in enumerate(values, 1):
                yield from (*tokens(f"when {row} then"), *value)
            yield Token("name", "end")
        yield Token("name", f"as column{number}")
    if len(rows) > 1:
        yield from tokens(f'from pg_catalog.generate_series(1, {len(rows)}) as "?row"')
    yield Token("sign", ")")
