"""Compares types, expressions and queries: two texts are the same if the server plans them alike.

No temporary table and no second database are needed, since the server under test resolves the
names. Most pairs are types, or one text but for its blanks: what reads plans, and the parser, are
imported for the others only.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.language.other_words import another_type
from pytest_schemaverify.language.scalars import in_quotes

from .questions import Questions, only_value
from .stand_in_rows import Columns, names_one, needed, row_source
from .texts import alike, named, words

if TYPE_CHECKING:
    from .plans import Plans

SERIAL = {
    "smallserial": "smallint", "serial2": "smallint", "serial": "integer", "serial4": "integer",
    "bigserial": "bigint", "serial8": "bigint",
}  # fmt: skip
"""Notations for an integer column with a sequence, and the types of these columns.
https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL"""


class Canonical:
    """Compares texts by the plans that one server makes of them, and remembers the answers.

    `reading` yields a reader inside a transaction, for each question that the texts alone do not
    answer. Names that the user wrote are looked up in `schema` first, then as the database does.
    `vet` is called with a query and the user's text in it, before the query is planned; it raises
    CannotDetermine for a query that must not be.
    """

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Reader]],
        schema: str = "public",
        vet: Callable[[str, str], None] = lambda query, written: None,
    ) -> None:
        self._server = Questions(reading, schema)
        self._vet = vet
        self._types: dict[str, str] = {}
        self._read: dict[tuple[str, str], tuple[str, str]] = {}
        self._replaceable: set[tuple[str, str]] = set()
        self._equal: set[tuple[str, str, str]] = set()
        """Pairs of texts that are the same, with what is around them."""
        # Many columns have the same default: comparing 400 anew took 0.9 of 4 seconds.

    @cached_property
    def _plans(self) -> "Plans":
        from .explain import Explainer
        from .plans import Plans

        return Plans(Explainer(self._server, self._vet), self._read, self._replaceable)

    def type(self, text: str) -> str:
        """Return a type as format_type() prints it with an empty search_path.

        Raises CannotDetermine when the server knows no such type.
        """
        known = self._types.get(text)
        if known is None:
            known = self._types[text] = self._asked_type(text)
        return known

    def same_type(self, expected: str, actual: str) -> bool:
        """Return whether `expected` names the type that the catalog prints as `actual`."""
        if expected == actual:
            return True
        known = self.type(expected)
        # A user who writes int8 knows that it is bigint. Which schema the type was found in is only
        # shown where the names are the same, since then it is the whole difference.
        alike = known.rpartition(".")[2] == actual.rpartition(".")[2]
        self._read[expected, actual] = (known if alike and known != expected else "", "")
        return known == actual

    def same_expression(self, expected: str, actual: str, table: str, columns: Columns) -> bool:
        """Return whether two expressions over the columns (name, type) of a table are the same.

        Raises CannotDetermine when the server refuses one of them.
        """
        if alike(expected, actual) or _same_tree("expression", expected, actual):
            return True
        wanted = needed((expected, actual), table, columns)
        source = f"from {row_source(table, wanted)}" if wanted else ""
        # A line of its own for the bracket: the text may end in a comment.
        frame = f"select ({{}}\n) {source}"
        # Many tables have the same policies, and what a table is called matters to texts that say
        # it.
        name = table if names_one(table, (expected, actual)) else ""
        return self._same("expression", expected, actual, frame, wanted, row_source(name, wanted))

    def same_default(self, expected: str, actual: str, type_: str) -> bool:
        """Return whether two default expressions give a column of a type the same."""
        # The server prints `'new'` with the type of the column: that needs no parser to be seen.
        literal = _LITERAL.fullmatch(expected) and actual == f"{expected}::{type_}"
        if literal or alike(expected, actual) or _same_tree("expression", expected, actual):
            return True
        frame = f"select ({{}}\n)::{type_}"
        try:
            same = self._same("expression", expected, actual, frame)
        except CannotDetermine:
            if self._lacks_quotes(expected, actual, frame):
                raise _lacking_quotes(expected) from None
            raise
        if not same and self._lacks_quotes(expected, actual, frame):
            raise _lacking_quotes(expected)
        return same

    def _lacks_quotes(self, expected: str, actual: str, frame: str) -> bool:
        """Return whether a text that is expected would be the actual one in quotes of SQL.

        Or a value at all, where it is no expression.
        """
        # `default: 'x'` of a file is `x`, since the quotes are YAML's.
        from .subqueries import is_parsed

        with suppress(CannotDetermine):
            same = self._same("expression", _literal(expected), actual, frame)
            return same or not is_parsed("expression", expected)
        return False

    def same_query(self, expected: str, actual: str) -> bool:
        """Return whether two queries, such as a view's, are the same to the server.

        They are if the names and types of their columns are the same, and their plans over rows
        that stand in for the relations; no privilege to read these is needed. `actual` is what
        pg_get_viewdef() prints. Raises CannotDetermine when the server refuses one of them, or when
        its plan does not show all of it.
        """
        left, right = _stripped(expected), _stripped(actual)
        return (
            alike(left, right)
            or _same_tree("query", left, right)
            or self._same("query", left, right, "select * from ({}\n) as query")
        )

    def can_replace(self, expected: str, actual: str) -> bool:
        """Return whether two queries that differ have the same columns.

        Then `create or replace view` can make one of the other.
        """
        return (_stripped(expected), _stripped(actual)) in self._replaceable

    def read(self, expected: str, actual: str) -> tuple[str, str]:
        """Return how the server prints two texts that differ.

        "" stands for a text that is written like that already, or that has no print of one line.
        """
        return self._read.get((expected, actual), ("", ""))

    def in_other_order(self, expected: str, actual: str) -> bool:
        """Return whether two texts that differ have the same words in another order."""
        if (expected, actual) not in self._read:
            return False
        left, right = words(expected), words(actual)
        return left != right and sorted(left) == sorted(right)

    def casts_safely(self, actual: str, expected: str) -> bool:
        """Return whether a column can be given another type without losing or altering a value.

        Both are as format_type() prints them. True for implicit casts that are exact and depend on
        no setting, and for another length of a type that refuses values that are too long.
        """
        with self._server.question(f"comparing the types `{actual}` and `{expected}`") as ask:
            return bool(only_value(ask.row(_CASTS, actual, expected)))

    def casts(self, actual: str, expected: str) -> bool:
        """Return whether the server can make a value of one type from one of another."""
        try:
            with self._server.question(f"casting `{actual}` to `{expected}`") as ask:
                ask.columns(f"select (null::{actual})::{expected}\nas v")
        except CannotDetermine:
            return False
        return True

    def _asked_type(self, text: str) -> str:
        if made := SERIAL.get(text.strip().lower()):
            return made
        try:
            return self._known_type(text)
        except CannotDetermine as error:
            if _NO_TYPE.search(error.because) and (meant := self._meant(text)):
                remedy = f"did you mean `{meant}`?"
                raise CannotDetermine(error.tried, because=error.because, remedy=remedy) from None
            raise

    def _meant(self, text: str) -> str:
        """Return the type of this database that is likeliest meant, "" for none."""
        with self._server.question(f"looking for types like `{text}`") as ask:
            there = [name for (name,) in ask.rows(_TYPE_NAMES, bound=None)]
        return another_type(text.strip(), there)

    def _known_type(self, text: str) -> str:
        """Return a type as format_type() prints it. Raises CannotDetermine for what is none."""
        with self._server.question(f"reading the type `{text}`") as ask:
            # The server reads the text as the name of one type, and as nothing else. Only then
            # it stands in a query, which is described and never run, to learn the modifier.
            oid = only_value(ask.row("select $1::pg_catalog.regtype::pg_catalog.oid", text))
            [described] = ask.columns(f"select null::{text}\nas v")
            # A domain is described as the type below it.
            modifier = described.modifier if oid == described.type else -1
            ask.run("set local search_path = ''")
            return str(only_value(ask.row(f"select pg_catalog.format_type({oid}, {modifier})")))

    def _same(
        self, kind: str, expected: str, actual: str, frame: str, columns: Columns = (),
        around: str = "",
    ) -> bool:  # fmt: skip
        """Return whether the server plans two texts alike, each put into the query `frame`.

        What is the same in one frame is so in all that share what is `around`, if that is given.
        """
        pair = (expected, actual, around or frame)
        if pair not in self._equal and self._plans.alike(kind, (expected, actual), frame, columns):
            self._equal.add(pair)
        return pair in self._equal


_LITERAL = re.compile(r"'(?:[^'\\]|'')*'")
"""A text in quotes of SQL, in which nothing is escaped by a backslash."""


def _same_tree(kind: str, expected: str, actual: str) -> bool:
    from .same_trees import same_tree  # loads the parser

    return same_tree(kind, expected, actual)


def _literal(text: str) -> str:
    return "'{}'".format(text.replace("'", "''"))


def _lacking_quotes(text: str) -> CannotDetermine:
    written = named(in_quotes(_literal(text)))
    return CannotDetermine(
        f"reading the expression `{named(text)}`",
        because="it has no quotes: those around the whole text are YAML's",
        remedy=f"write SQL's quotes inside of YAML's: `default: {written}`",
    )


def _stripped(query: str) -> str:
    # pg_get_viewdef() prints a semicolon, which cannot stand in a sub-query.
    return query.strip().removesuffix(";")


# The types of the first list refuse a value that is too long, where numeric rounds one that has too
# many digits. Casts to the second list are implicit and yet round: 16777217::float4 is 16777216. A
# cast that is not immutable depends on a setting, such as that of timestamp to timestamptz.
_CASTS = """
select
    a.oid = e.oid and a.typname = any ('{varchar,varbit,vector,halfvec,sparsevec}')
    or a.oid <> e.oid and e.typname <> all ('{float4,float8,halfvec}') and exists (
        select from pg_catalog.pg_cast as c
        left join pg_catalog.pg_proc as p on p.oid = c.castfunc
        where
            c.castsource = a.oid and c.casttarget = e.oid and c.castcontext = 'i'
            and coalesce(p.provolatile, 'i') = 'i'
    )
from pg_catalog.pg_type as a, pg_catalog.pg_type as e
where a.oid = $1::text::regtype and e.oid = $2::text::regtype
"""


_NO_TYPE = re.compile(r"^type .* does not exist")
_TYPE_NAMES = """
    select t.typname::pg_catalog.text from pg_catalog.pg_type as t
    where t.typname !~ '^_' and pg_catalog.pg_type_is_visible(t.oid) and t.typtype <> 'p'
"""
