"""Asks the server for the plan of a text, and for what the comparison of two plans needs.

https://www.postgresql.org/docs/current/sql-explain.html
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from pytest_schemaverify.databases.reading import Column
from pytest_schemaverify.errors import CannotDetermine

from .called_functions import OWN, Place, places
from .operand_order import UNRULY, in_order
from .plan_names import by_place
from .plan_omissions import collations, hiding, subplans
from .questions import Questions, only_value
from .shown_texts import shown
from .sql_syntax_calls import as_calls
from .stand_in_rows import RELATIONS, Relations, mentioned, row_source, standing_in
from .texts import bare, calls, named

Pair = tuple[str, str]
"""The text that is expected, and the text that the catalog has."""


class Explained(NamedTuple):
    """The plan of a text, and what was read from it."""

    plan: str
    """The plan as JSON, in the form in which plans are compared."""
    columns: tuple[Column, ...]
    """The columns that a query returns; () for an expression."""
    hidden: str
    """Names of those steps of the plan of which EXPLAIN leaves something out; "" for none."""
    text: str
    """The expression in the server's words; "" where a plan shows it in parts."""
    queries: int
    """The number of sub-queries in the plan's expressions."""

    def shows(self, name: str) -> bool:
        """Return whether a name or a literal stands in the plan."""
        # The plan is JSON, so that the name has to be escaped as JSON first.
        return (
            re.search(rf"(?<!\w){re.escape(json.dumps(name)[1:-1])}(?!\w)", self.plan) is not None
        )

    def told(self, written: str) -> str:
        """Return the server's words; "" if they say nothing that the written text does not say."""
        # Where a call is gone, the server shows the function's body, which the user has not
        # written.
        inlined = calls(written) - calls(self.text)
        return "" if inlined or bare(self.text) == bare(written) else self.text

    def left_out(self, queries: int, columns: Collection[str]) -> str:
        """Return what the planner has left out; "" if the plan has all sub-queries and columns."""
        if self.queries < queries:
            return "sub-queries"
        # For `false and x` the plan has this filter and no x.
        if '"One-Time Filter": "false"' in self.plan:
            return "what is beside false"
        return next((name for name in sorted(columns) if not self.shows(name)), "")


def not_shown(kind: str, written: str, hidden: str) -> CannotDetermine:
    """Return the error for two texts with the same plan, if the plan does not show all of them."""
    return CannotDetermine(
        f"comparing the {kind} `{named(written)}`",
        because=f"the server's plan does not show all of it ({hidden})",
        remedy="write it exactly as the server has stored it",
    )


class Explainer:
    """Asks one server about texts, and remembers its answers."""

    def __init__(self, questions: Questions, vet: Callable[[str, str], None]) -> None:
        self.question = questions.question
        self._vet = vet
        self._made: dict[str, Explained] = {}
        self._unruly: tuple[bool, bool] | None = None
        self._places: Mapping[str, Place] | None = None
        self._found: dict[tuple[str, ...], Relations] = {}

    def both(
        self, kind: str, written: Pair, texts: Pair, frame: str
    ) -> tuple[Explained, Explained]:
        """Return the plans of two texts, in the first form in which the server accepts both.

        `frame` is the query around the texts, with `{}` for one of them. Raises CannotDetermine.
        """
        problem: CannotDetermine | None = None
        # Types of columns, for where no rows stand in.
        rows = self.relations([shown(text) for text in texts])
        types = " ".join(row_source("", columns) for _, _, _, columns in rows)
        for ways in self._ways(texts):
            try:
                left, right = (
                    self._answer(kind, one, clause + frame.replace("{}", text, 1), types)
                    for one, (clause, text) in zip(written, ways, strict=True)
                )
            except CannotDetermine as error:
                problem = error  # the last error is about the texts as they are
            else:
                return left, right
        assert problem
        raise problem

    def _ways(self, both: Pair) -> Iterator[Sequence[tuple[str, str]]]:
        """Yield forms of two texts: a WITH clause and the text that follows it, for each of them.

        In the first form, rows without data stand in for relations; in the second, the relations
        are read themselves.
        """
        # The second form takes privileges. But `group by id` for all columns of a table needs its
        # primary key, which rows that stand in do not have: the server refuses it (42803).
        texts = [shown(text) for text in both]
        if rows := self.relations(texts):
            standing = [standing_in(text, rows, texts) for text in texts]
            pairs = [one for one in standing if one is not None]
            if len(pairs) == len(texts) and any(clause for clause, _ in pairs):
                yield pairs
        yield [("", text) for text in texts]

    def relations(self, texts: Sequence[str]) -> Relations:
        """Return the relations whose names stand in the texts, with their columns."""
        names = tuple(mentioned(texts))
        if names and names not in self._found:
            with self.question(f"looking up {', '.join(names)}") as ask:
                self._found[names] = ask.rows(RELATIONS, list(names))
        return self._found.get(names, ())

    def _answer(self, kind: str, written: str, query: str, types: str) -> Explained:
        if query not in self._made:
            self._vet(query, written)
            with self.question(f"reading the {kind} `{named(written)}`") as ask:
                # Beside the plan may be the "Query Identifier", which pg_stat_statements and
                # compute_query_id add and which is not the same for two spellings.
                explain = f"explain (verbose, costs off, format json) {query}"
                plan = only_value(ask.row(explain))[0]["Plan"]
                columns = ask.columns(query) if kind == "query" else ()
            # With further steps, the expression is spread over them.
            is_whole = kind == "expression" and "Plans" not in plan
            text = ", ".join(plan.get("Output", ())) if is_whole else ""
            said = as_calls(by_place(plan, query), f"{query} {types}")
            ordered = said if self.unruly()[0] else in_order(said)
            self._made[query] = Explained(
                json.dumps(ordered, sort_keys=True), columns, hiding(plan), text, subplans(plan)
            )
        return self._made[query]

    def unruly(self) -> tuple[bool, bool]:
        """Return whether `a = b` and `b = a` may differ, and `not a = b` and `a <> b`.

        They may because of operators of the database.
        """
        if self._unruly is None:
            with self.question("looking up operators") as ask:
                exchanged, opposed = ask.row(UNRULY) or (True, True)
            self._unruly = bool(exchanged), bool(opposed)
        return self._unruly

    def sort_otherwise(self, one: str, other: str) -> bool:
        """Return whether two texts name different collations; the server looks up the names."""
        # A plan shows no collation: `title collate "C" < 'a'` is `(title < 'a'::text)` in it.
        left, right = sorted(collations(one)), sorted(collations(other))
        if left == right:
            return False
        with self.question(f"looking up collations of `{named(one)}`") as ask:
            [found, there] = [only_value(ask.row(_COLLATIONS, names)) for names in (left, right)]
        return bool(found != there)

    def own(self) -> Mapping[str, Place]:
        """Return by name in which schemas there are functions and operators besides pg_catalog."""
        if self._places is None:
            with self.question("looking up functions") as ask:
                self._places = places(ask.rows(OWN, bound=None))
        return self._places


_COLLATIONS = """
    select array(
        select pg_catalog.to_regcollation(name)::pg_catalog.oid
        from pg_catalog.unnest($1::text[]) as name
        order by 1
    )
"""
