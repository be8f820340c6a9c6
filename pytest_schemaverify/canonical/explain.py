"""What the server answers about a text.

Every question runs in a transaction (or savepoint) of its own that is rolled back.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

from psycopg import sql

from pytest_schemaverify.databases.reading import Column, Reader
from pytest_schemaverify.errors import CannotDetermine, Refused

from .called_functions import OWN, Place, places
from .operand_order import UNRULY, in_order
from .plan_omissions import collations, hiding, subplans
from .recursive_queries import by_place
from .server_errors import text_remedy
from .sql_syntax_calls import as_calls
from .stand_in_rows import RELATIONS, Relations, mentioned, standing_in
from .texts import bare, calls, named, shown

Pair = tuple[str, str]
"""What is expected, and what is there."""


class Explained(NamedTuple):
    """What the server makes of a text."""

    plan: str
    columns: tuple[Column, ...]
    """What a query returns."""
    hidden: str
    """Steps of the plan of which EXPLAIN leaves something out."""
    text: str
    """The expression in the server's words; "" where a plan shows it in parts."""
    queries: int
    """How many sub-queries of expressions the plan has."""

    def shows(self, name: str) -> bool:
        """Return whether a name or a literal stands in the plan."""
        return (
            re.search(rf"(?<!\w){re.escape(json.dumps(name)[1:-1])}(?!\w)", self.plan) is not None
        )

    def told(self, written: str) -> str:
        """Return the server's words unless they are what is written, or what a function does."""
        inlined = calls(written) - calls(self.text)
        return "" if inlined or bare(self.text) == bare(written) else self.text

    def left_out(self, queries: int, columns: Collection[str]) -> str:
        """Return what the plan does without, of so many sub-queries and some columns; or ""."""
        if self.queries < queries:
            return "sub-queries"
        if '"One-Time Filter": "false"' in self.plan:
            return "what is beside false"
        return next((name for name in sorted(columns) if not self.shows(name)), "")


def untold(kind: str, written: str, hidden: str) -> CannotDetermine:
    """Return what is said of texts that have one plan, which does not show all of them."""
    return CannotDetermine(
        f"comparing the {kind} `{named(written)}`",
        because=f"the server's plan does not show all of it ({hidden})",
        remedy="write it exactly as the server has stored it",
    )


class Explainer:
    """Asks one server, and remembers what it said."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Reader]],
        schema: str,
        vet: Callable[[str, str], None],
    ) -> None:
        self._reading = reading
        self._schema = schema
        self._vet = vet
        self._made: dict[str, Explained] = {}
        self._unruly: bool | None = None
        self._places: Mapping[str, Place] | None = None
        self._found: dict[tuple[str, ...], Relations] = {}

    def both(
        self, kind: str, written: Pair, texts: Pair, frame: str
    ) -> tuple[Explained, Explained]:
        """Return what the server makes of two texts, in the first way in which it takes both."""
        problem: CannotDetermine | None = None
        for ways in self._ways(texts):
            try:
                left, right = (
                    self._answer(kind, one, clause + frame.replace("{}", text, 1))
                    for one, (clause, text) in zip(written, ways, strict=True)
                )
            except CannotDetermine as error:
                problem = error  # the last one is what the server says to the text as it is
            else:
                return left, right
        assert problem
        raise problem

    def _ways(self, both: Pair) -> Iterator[Sequence[tuple[str, str]]]:
        """Yield a WITH clause and what follows it for each of two texts.

        First with rows that stand in for relations, then the relations themselves: whose primary
        key a GROUP BY relies on, say, rows do not know.
        """
        texts = [shown(text) for text in both]
        if rows := self.relations(texts):
            standing = [standing_in(text, rows, texts) for text in texts]
            pairs = [one for one in standing if one is not None]
            if len(pairs) == len(texts) and any(clause for clause, _ in pairs):
                yield pairs
        yield [("", text) for text in texts]

    def relations(self, texts: Sequence[str]) -> Relations:
        """Return the relations that texts may read, with their columns."""
        names = tuple(mentioned(texts))
        if names and names not in self._found:
            with self.question(f"looking up {', '.join(names)}") as ask:
                self._found[names] = ask.rows(RELATIONS, list(names))
        return self._found.get(names, ())

    def _answer(self, kind: str, written: str, query: str) -> Explained:
        if query not in self._made:
            self._vet(query, written)
            with self.question(f"reading the {kind} `{named(written)}`") as ask:
                # Only the plan: beside it may stand the number that the server gives the text.
                explain = f"explain (verbose, costs off, format json) {query}"
                plan = only(ask.row(explain))[0]["Plan"]
                columns = ask.columns(query) if kind == "query" else ()
            is_whole = kind == "expression" and "Plans" not in plan
            text = ", ".join(plan.get("Output", ())) if is_whole else ""
            said = as_calls(by_place(plan), query)
            ordered = said if self._is_unruly() else in_order(said)
            self._made[query] = Explained(
                json.dumps(ordered, sort_keys=True), columns, hiding(plan), text, subplans(plan)
            )
        return self._made[query]

    def _is_unruly(self) -> bool:
        """Return whether `a = b` and `b = a` may be two things here."""
        if self._unruly is None:
            with self.question("looking up operators") as ask:
                self._unruly = bool(only(ask.row(UNRULY)))
        return self._unruly

    def sort_otherwise(self, one: str, other: str) -> bool:
        """Return whether two texts name different collations, each looked up by the server."""
        left, right = sorted(collations(one)), sorted(collations(other))
        if left == right:
            return False
        with self.question(f"looking up collations of `{named(one)}`") as ask:
            [found, there] = [only(ask.row(_COLLATIONS, names)) for names in (left, right)]
        return bool(found != there)

    def own(self) -> Mapping[str, Place]:
        """Return where functions and operators are that are not the server's."""
        if self._places is None:
            with self.question("looking up functions") as ask:
                self._places = places(ask.rows(OWN, bound=None))
        return self._places

    @contextmanager
    def question(self, tried: str) -> Iterator[Reader]:
        """Yield what asks; a refusal becomes CannotDetermine and whatever was set is undone."""
        try:
            with self._reading() as reader, reader.undone():
                # The database's own search_path, with the schema of the file's names in front.
                reader.row(_PATH, sql.Identifier(self._schema).as_string(None))
                yield reader
        except Refused as error:
            raise CannotDetermine(tried, because=error.message, remedy=text_remedy(error)) from None


def only(row: tuple[Any, ...] | None) -> Any:
    """Return the value of a query that has just one."""
    assert row is not None
    return row[0]


_COLLATIONS = """
    select array(
        select pg_catalog.to_regcollation(name)::pg_catalog.oid
        from pg_catalog.unnest($1::text[]) as name
        order by 1
    )
"""
_PATH = """
    select pg_catalog.set_config(
        'search_path',
        pg_catalog.concat(
            $1::pg_catalog.text, ', ',
            coalesce(
                pg_catalog.substring(pg_catalog.current_setting('search_path'), '.+'), '"$user"'
            )
        ),
        true
    )
"""
