"""What a plan does not show of a query, read from its text.

EXPLAIN leaves out how many columns DISTINCT ON has, for instance, so that two different queries
may have the same plan: https://www.postgresql.org/docs/current/sql-explain.html
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pytest_schemaverify.sql.tokens import Token, closing, items, text_at, tokens

from .default_clauses import FRAMES, without_defaults
from .texts import AFTER_COUNT, counted


def marks(text: str) -> list[str]:
    """Return the parts of a query that no plan shows, sorted.

    These are names of tables behind ONLY, and the numbers that are an OFFSET.
    """
    # LIMIT and OFFSET are written as sub-queries to be seen. The plan shows both without saying
    # which one it is, so that `limit 1` would be equal to `offset 1`.
    found = tokens(text)
    kept = [f"only {name[-1].name}" for name in _behind("only", found)]
    for at, token in enumerate(found):
        if token == ("name", "offset") and (number := counted(found, at + 1)):
            kept.append(f"offset {number}")
    return sorted(kept)


def collations(text: str) -> list[str]:
    """Return the names of collations in a text, as it writes them; no plan shows one."""
    return ["".join(part.text for part in name) for name in _behind("collate", tokens(text))]


def _behind(word: str, found: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the dotted names that stand behind a word."""
    for at, token in enumerate(found):
        # `fetch first row only` has the word as well, and `t.only` is a column.
        if token == ("name", word) and text_at(found, at - 1) not in (".", "row", "rows"):
            end = at + 2
            while text_at(found, end) == ".":
                end += 2
            yield found[at + 1 : end]


def surely_differ(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two shapes differ in more than how a window may be written."""
    frames = [part for part in (*one, *other) if part.startswith(FRAMES)]
    # `rows 1 + 1 preceding` may be `rows 2 preceding`, so only frames without expressions count.
    plain = all(_PLAIN.fullmatch(frame) for frame in frames)
    told = ("distinct", "union", "ties", "partition", "order", "query", *(FRAMES if plain else ()))
    left, right = ([part for part in parts if part.startswith(told)] for parts in (one, other))
    return left != right


_PLAIN = re.compile(
    r"(?:(?:rows|range|groups|between|unbounded|preceding|current|row|following|and|exclude|ties"
    r"|group|\d+)(?: |$))+"
)
"""A frame without expressions, which could be written in several ways."""


def shape(text: str) -> tuple[str, ...]:
    """Return what a plan may leave out of a query, in the order of the text.

    That is how many columns DISTINCT ON and PARTITION BY have, the frames of windows, which set
    operations keep duplicates, and numbers of rows that `shown` cannot show.
    """
    # A plan has "Unique" with a sort key that may have more columns than DISTINCT ON, "WindowAgg"
    # without a frame before PostgreSQL 18, and "Recursive Union" for UNION with and without ALL.
    found, kept = without_defaults(tokens(text)), []  # type: list[Token], list[str]
    for at, token in enumerate(found):
        if token.kind != "name":
            continue
        before, after = text_at(found, at - 1), text_at(found, at + 1)
        word = (before, token.text)
        if word == ("distinct", "on"):
            keys = found[at + 2 : closing(found, at + 1)]
            kept.append(f"distinct on {len(items(keys))}")
        elif token.text == "over" or (after == "(" and token.text == "as"):
            kept += _window(found, at)
        elif token.text in ("limit", "offset") or word == ("fetch", "first"):
            kept += [] if counted(found, at + 1) else [_count(found, at)]
        elif word == ("with", "ties"):
            kept.append("ties")
        elif token.text == "union":
            kept.append(f"union {after}" if after == "all" else "union")
    return tuple(kept)


def _window(found: Sequence[Token], at: int) -> Iterator[str]:
    """Yield how a window splits its keys, and its frame; of a WITH or a cast nothing."""
    if text_at(found, at + 1) != "(":
        yield f"over {text_at(found, at + 1)}"
        return
    inside = found[at + 2 : closing(found, at + 1)]
    words = [token.text for token in inside]
    if words[:1] in (["select"], ["with"], ["values"]):
        return
    if "partition" in words:
        start = words.index("partition") + 2
        ends = (*(words.index(word) for word in _AFTER_KEYS if word in words), len(words))
        yield f"partition by {len(items(inside[start : min(ends)]))}"
    if "order" in words:
        start = words.index("order") + 2
        ends = (*(words.index(word) for word in FRAMES if word in words), len(words))
        yield f"order by {len(items(inside[start : min(ends)]))}"
    for frame in FRAMES:
        if frame in words:
            yield " ".join(words[words.index(frame) :])


_AFTER_KEYS = ("order", *FRAMES)


def _count(found: Sequence[Token], at: int) -> str:
    """Return the number of rows of a LIMIT or OFFSET; of a query, which a plan shows, the word."""
    is_query = [text_at(found, at + 1), text_at(found, at + 2)] == ["(", "select"]
    end = closing(found, at + 1) if is_query else at
    # `limit (select …) + 1` is an expression.
    if is_query and text_at(found, end + 1) in AFTER_COUNT:
        return f"query {found[at].text}"
    return _rest(found, at)


def _rest(found: Sequence[Token], at: int) -> str:
    """Return what follows up to the end of the bracket around it."""
    depth, words = 0, []
    for token in found[at:]:
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            break
        words.append(token.text)
    return " ".join(words)


_HIDING = ("Limit", "Values Scan", "Unique", "Recursive Union", "LockRows", "WindowAgg")
"""Steps of which EXPLAIN hides something: Limit the count, Values Scan the rows, Unique the
columns, Recursive Union whether duplicates stay, LockRows how, WindowAgg the frame before
PostgreSQL 18."""


def hiding(plan: Any) -> str:
    """Return the steps of a plan of which something is left out."""
    inner = [hiding(part) for part in plan.get("Plans", ())]
    # Since PostgreSQL 18 a WindowAgg has the definition of its window, with the frame.
    own = plan["Node Type"] if plan["Node Type"] in _HIDING and "Window" not in plan else ""
    found = {part for parts in (own, *inner) for part in parts.split(", ") if part}
    return ", ".join(sorted(found))


def subplans(plan: Any) -> int:
    """Return how many sub-queries of expressions a plan has."""
    own = plan.get("Parent Relationship") in ("SubPlan", "InitPlan")
    # A query of WITH is an InitPlan, too, but no expression.
    is_query = own and not plan.get("Subplan Name", "").startswith("CTE ")
    return is_query + sum(map(subplans, plan.get("Plans", ())))
