"""Compares the plans that the server makes of two texts, and what these plans do not show.

The SQL parser only tells where something stands that a plan does not show.
"""

from collections.abc import Collection
from contextlib import suppress

from pytest_schemaverify.errors import CannotDetermine

from .called_functions import differ, is_operator, named_calls
from .explain import Explained, Explainer, Pair, not_shown
from .given_names import given
from .one_spelling import one_spelling
from .plan_omissions import marks, shape, surely_differ
from .shown_texts import shown
from .stand_in_rows import Columns
from .subqueries import Parsed, parsed, rewritten
from .texts import counts, literals, with_arguments, words
from .tree_contents import contents, read_otherwise, stands_in_one


class Plans:
    """The plans of texts, and what was seen by them."""

    def __init__(self, server: Explainer, read: dict[Pair, Pair], replaceable: set[Pair]) -> None:
        self._server = server
        self._read = read
        """Gets how the server prints two texts that were compared."""
        self._replaceable = replaceable
        """Gets the queries that have the same columns."""

    def alike(self, kind: str, written: Pair, frame: str, columns: Columns) -> bool:
        """Return whether the server plans two texts alike, each put into the query `frame`."""
        orderly = not self._server.unruly()[1]
        expected, actual = texts = (
            one_spelling(written[0], orderly=orderly),
            one_spelling(written[1], orderly=orderly),
        )
        left, right = self._server.both(kind, written, texts, frame)
        self._read[written] = (left.told(written[0]), right.told(written[1]))
        if left.columns == right.columns:
            self._replaceable.add(written)
        # The plan comes first, since it decides most pairs. What follows is about texts with one
        # plan, of which the plan hides a part.
        if left.plan != right.plan or left.columns != right.columns:
            return False
        if marks(expected) != marks(actual) or self._server.sort_otherwise(expected, actual):
            return False
        shapes = shape(expected), shape(actual)
        if left.hidden and shapes[0] != shapes[1]:
            if surely_differ(*shapes):
                return False
            raise not_shown(kind, written[0], left.hidden)
        if differ(named_calls(expected), named_calls(actual), self._server.own()):
            return False
        return self._same_inside(kind, texts, frame, {name for name, _ in columns}, left)

    def _same_inside(
        self, kind: str, written: Pair, frame: str, columns: Collection[str], made: Explained
    ) -> bool:
        """Return whether two texts with one plan are the same where the plan does not show them."""
        texts = parsed(kind, written[0]), parsed(kind, written[1])
        one, other = contents(texts[0].nodes), contents(texts[1].nodes)
        relations = self._server.relations([shown(text) for text in written])
        if read_otherwise(one, other, relations) or one.locks != other.locks:
            return False
        rows = [given(text.nodes, relations).rows for text in texts]
        if rows[0] != rows[1]:
            return False
        # Before PostgreSQL 17 a plan has `(SubPlan 1)` for `a in (select …)` and `b in (select …)`.
        if one.subqueries or other.subqueries:
            made, right = self._opened(kind, written, texts, frame)
            if made.plan != right.plan:
                return False
        known = {*columns, *(name for row in relations for name, _ in row[3])}
        lost = stands_in_one(one, other, known) or self._call_left_out(written, made)
        lost = lost or self._given_otherwise(kind, written, texts, frame, made)
        # Texts with the same words, but for names and casts, are the same even where the planner
        # has left a part of them out.
        if not lost and words(written[0]) != words(written[1]):
            lost = made.left_out(len(one.subqueries) + counts(written[0]), one.direct & {*columns})
        if lost:
            raise not_shown(kind, written[0], lost)
        return True

    def _given_otherwise(
        self, kind: str, written: Pair, texts: tuple[Parsed, Parsed], frame: str, made: Explained
    ) -> str:
        """Return a function to which the texts give columns of different tables; "" for none.

        The server may put the body in place of the call, and then the plan does not show them.
        """
        own = {name for name, place in self._server.own().items() if not place.of_server}
        called = own & {name for name, given in with_arguments(written[0]) if given}
        if not called:
            return ""
        try:
            left, right = self._opened(kind, written, texts, frame, called)
        except CannotDetermine:
            return min((name for name in called if not made.shows(name)), default="")
        return "" if left.plan == right.plan else min(called)

    def _opened(
        self,
        kind: str,
        written: Pair,
        texts: tuple[Parsed, Parsed],
        frame: str,
        calls: Collection[str] = (),
    ) -> tuple[Explained, Explained]:
        """Return the plans of two texts whose sub-queries are written so that plans show them."""
        # Second, `in_place`: beside a window or a key of GROUP BY the server refuses the first
        # form.
        for in_place in (False, True):
            left, right = (rewritten(text, in_place=in_place, calls=calls) for text in texts)
            with suppress(CannotDetermine):
                return self._server.both(kind, written, (left, right), frame)
        raise not_shown(kind, written[0], "sub-queries")

    def _call_left_out(self, written: Pair, made: Explained) -> str:
        """Return a function whose arguments differ and are not shown by the plan; "" for none.

        The server puts the function's body in place of the call, or its result for constants. So
        it does with an operator, and then any other word may be an operand of it.
        """
        own = {name for name, place in self._server.own().items() if not place.of_server}
        left, right = with_arguments(written[0]), with_arguments(written[1])
        given = left ^ right
        if words(written[0]) != words(written[1]):
            given |= {(name, "") for _, name in named_calls(written[0]) if is_operator(name)}
        hidden = {
            name
            for name, arguments in given
            if name in own and not all(map(made.shows, (name, *literals(arguments))))
        }
        return min(hidden, default="")
