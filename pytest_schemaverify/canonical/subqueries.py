"""Rewrites sub-queries so that a plan shows all of each, and different ones have different plans.

Before PostgreSQL 17 EXPLAIN writes `(SubPlan 1)` for `a in (select …)`, for `b > all (select …)`,
for `exists (select …)` and for `(select …)`. Since then it still does not tell `exists (select …)`
from `(select …)` where they depend on no row. The rewritten text is planned and never run. It only
has to be the same for the same texts, and different for different ones.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql.statements import Node, Unparsed, characters, tree, walk
from pytest_schemaverify.sql.tokens import Token, closing, spans, text_at

from .texts import named


class Parsed(NamedTuple):
    """A text inside of brackets, as the parser sees it."""

    source: str
    start: int
    """Characters of the source before the text."""
    nodes: list[Node]


def parsed(kind: str, text: str) -> Parsed:
    """Return an expression, or a query, as a tree. Raises CannotDetermine."""
    front = "(" if kind == "query" else "select ("
    source = f"{front}{text}\n)"  # on a line of its own, because the text may end in a comment
    try:
        return Parsed(source, len(front), [{one.kind: one.node} for one in tree(source)])
    except Unparsed as error:
        raise CannotDetermine(
            f"comparing the {kind} `{named(text)}`",
            because=f"it cannot be parsed: {error.reason}",
            remedy="write it exactly as the server has stored it",
        ) from None


def is_parsed(kind: str, text: str) -> bool:
    """Return whether the parser takes a text for an expression, or for a query."""
    try:
        parsed(kind, text)
    except CannotDetermine:
        return False
    return True


def rewritten(text: Parsed, *, in_place: bool = False, calls: Collection[str] = ()) -> str:
    """Return the text with its sub-queries as a plan shows them.

    What stands left of a sub-query goes inside of one; where it may not, as a window or a key of
    GROUP BY, it stays `in_place`, which takes a single column that is no array. Beside `calls` of
    functions of these names stand the columns that they are given.
    """
    return _Rewriting(text, in_place=in_place, calls=calls).text


class _Rewriting:
    """Puts words between the tokens of a text; what is outside comes before what is inside."""

    def __init__(self, text: Parsed, *, in_place: bool, calls: Collection[str]) -> None:
        self._source = text.source
        self._in_place = in_place
        # The parser says where each node begins, but not where it ends. The tokens tell that.
        placed = [(token, start) for token, start, _ in spans(text.source)]
        self._found = [token for token, _ in placed]
        self._starts = [start for _, start in placed]
        self._before: dict[int, list[str]] = defaultdict(list)
        self._replaced: set[int] = set()
        rows: set[int] = set()
        for kind, node in walk(text.nodes):
            if kind == "RangeFunction":  # where no expression may stand
                rows |= {id(one["List"]["items"][0].get("FuncCall")) for one in node["functions"]}
            elif kind == "SubLink":
                self._rewrite(node)
            elif kind == "A_Expr" and _compares_rows(node):
                bracket = self._at(node["rexpr"]["SubLink"])
                self._test(node["lexpr"], self._at(node), bracket, _ROW)
            elif kind == "FuncCall" and id(node) not in rows and _name(node) in calls:
                self._call(node)
        first, last = bisect_left(self._starts, text.start), len(self._found) - 1
        self.text = "\n".join(word for at in range(first, last + 1) for word in self._words(at))

    def _words(self, at: int) -> list[str]:
        last = at == len(self._found) - 1  # the bracket around the text
        kept = [] if at in self._replaced or last else [self._found[at].text]
        return [*self._before[at], *kept]

    def _at(self, node: Node) -> int:
        """Return at which token a node is."""
        return bisect_left(self._starts, characters(self._source, node["location"]))

    def _rewrite(self, node: Node) -> None:
        at, kind = self._at(node), node["subLinkType"]
        # A plan prints `array(select …)` and `exists (select …)` as it prints `(select …)`:
        # `(InitPlan 1).col1`, and `$0` before PostgreSQL 17. A function around it makes a
        # difference.
        if kind == "ARRAY_SUBLINK":
            self._around(at, at + 1, "pg_catalog.array_cat(", ", null)")
        elif kind == "EXISTS_SUBLINK":
            self._replaced.add(at)
            self._around(at, at + 1, "((select pg_catalog.count(*) from", f'as "?"){_is(_EXISTS)}')
        elif kind in _TESTS:
            bracket = at
            while text_at(self._found, bracket) not in ("in", "any", "some", "all", ""):
                bracket += 1
            self._test(node["testexpr"], at, bracket + 1, _TESTS[kind])

    def _call(self, node: Node) -> None:
        """Write the columns that a function is given where a plan shows them."""
        # Where the server puts the function's body in place of the call, its arguments are gone.
        # The planner cannot remove this condition, which is never true: concat() is not immutable.
        inner = {id(one) for kind, one in walk(node) if kind == "SubLink" for _, one in walk(one)}
        given = []
        for kind, ref in walk(node.get("args", [])):
            if kind == "ColumnRef" and id(ref) not in inner:
                at = end = self._at(ref)
                while text_at(self._found, end + 1) == ".":
                    end += 2
                given.append("".join(token.text for token in self._found[at : end + 1]))
        if given:
            at = bracket = self._at(node)
            while text_at(self._found, bracket) != "(":
                bracket += 1
            columns = ", ".join(given)
            front = f"(case when pg_catalog.concat({columns}) is null then null else"
            self._around(at, bracket, front, "end)")

    def _around(self, at: int, bracket: int, front: str, behind: str) -> None:
        """Write something before a token, and behind the sub-query whose bracket is given."""
        self._before[at].append(front)
        # In front of what others close there: the inner bracket is the first to end.
        self._before[closing(self._found, bracket) + 1].insert(0, behind)

    def _test(self, left: Node, at: int, bracket: int, number: int) -> None:
        """Write `x > any (select …)` as a count of the rows of which `x > …` is true.

        `at` is the operator's place, `bracket` that of the sub-query.
        """
        words = [token.text for token in self._found[at:bracket]]
        negated = words[-2:] == ["not", "in"]
        operator = "=" if words[-1] == "in" else " ".join(words[: len(words) - (number != _ROW)])
        row = left.get("RowExpr")
        names = [f'"?{n}"' for n in range(1, 1 + len(row["args"] if row else "1"))]
        columns = ", ".join(f'"?".{name}' for name in names)
        if self._in_place:
            front, behind = "((", "))"
            middle = f") {operator} {'all' if number == _TESTS['ALL_SUBLINK'] else 'any'} (array"
        else:
            front = "((select pg_catalog.count(*) filter (where ("
            middle = f") {operator} {f'row({columns})' if row else columns}) from"
            behind = f'as "?" ({", ".join(names)})){_is(number)}'
        self._around(
            self._first(left, at), bracket, "(not " * negated + front, behind + ")" * negated
        )
        self._before[at].append(middle)
        self._replaced.update(range(at, bracket))

    def _first(self, left: Node, end: int) -> int:
        """Return the first token of what stands left of an operator."""
        places = [
            characters(self._source, node["location"])
            for _, node in walk({"left": left})
            if node.get("location", -1) >= 0
        ]
        at = bisect_left(self._starts, min(places))
        while at and _surplus(self._found[at:end]) > 0:
            at -= 1
        return at


_TESTS = {"ANY_SUBLINK": 0, "ALL_SUBLINK": 1}
_ROW, _EXISTS = 2, 3
"""Numbers that the rewritten texts are compared with, so that ANY, ALL … have different plans."""


def _is(number: int) -> str:
    return f" operator(pg_catalog.=) {number})"


def _name(call: Node) -> str:
    return str(call["funcname"][-1]["String"]["sval"])


def _compares_rows(node: Node) -> bool:
    """Return whether a node is `(a, b) = (select …)`."""
    return "RowExpr" in node.get("lexpr", ()) and "SubLink" in node.get("rexpr", ())


def _surplus(found: list[Token]) -> int:
    """Return how many brackets are closed that are not opened."""
    return sum((token.text == ")") - (token.text == "(") for token in found)
