"""Each pair wherever the server lets its texts stand, on one server and on one that it came to."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import psycopg
import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.databases import Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.settings.config import Config

from .pairs import PAIRS, WORLD
from .verdicts import Pair, Verdict


class Place(NamedTuple):
    """Where a text may stand."""

    made: str
    """How an object with the text is made."""
    printed: str
    """The query for what the server prints, which is what pg_dump writes."""
    query: str = ""
    """For a view: the whole query, with the text in it."""


_POLICY = "select pg_get_expr({}, polrelid) from pg_policy where polname = 'made'"
_INDEX = "select pg_get_expr({}, indrelid) from pg_index where indexrelid = 'public.made'::regclass"
_VALUE = "select pg_get_expr(adbin, adrelid) from pg_attrdef order by oid desc limit 1"
_VIEW = "select pg_get_viewdef('public.made'::regclass)"


def _view(query: str) -> Place:
    return Place(f"create view public.made as {query}", _VIEW, query)


CONDITIONS = {
    "using": Place("create policy made on notes using ({}\n)", _POLICY.format("polqual")),
    "with check": Place(
        "create policy made on notes for insert with check ({}\n)", _POLICY.format("polwithcheck")
    ),
    "check": Place(
        "alter table notes add constraint made check ({}\n)",
        "select pg_get_expr(conbin, conrelid) from pg_constraint where conname = 'made'",
    ),
    "predicate": Place(
        "create index made on notes (id) where ({}\n)", _INDEX.format("indpred")
    ),
    "key": Place("create index made on notes (({}\n))", _INDEX.format("indexprs")),
    "generated": Place(
        "alter table notes add made boolean generated always as ({}\n) stored", _VALUE
    ),
    "default": Place("create table made (made boolean default ({}\n))", _VALUE),
    "where": _view("select id from notes where ({}\n)"),
    "select": _view("select id, ({}\n) as made from notes"),
}  # fmt: skip
"""Places of a condition."""
QUERIES = {
    "view": _view("{}\n"),
    "sub-query": _view("select made.* from ({}\n) as made"),
    "with": _view("with made as ({}\n) select made.* from made"),
}
"""Places of a query."""
OF_CONDITIONS = ("policy", "check", "predicate")


class Side(NamedTuple):
    """A server's database, in which all is rolled back, and what compares there."""

    connection: psycopg.Connection[Any]
    canonical: Canonical
    columns: list[tuple[str, str]]
    version: int

    def print(self, place: Place, text: str) -> str | None:
        """Return how the server prints a text at a place; None where it may not stand there."""
        try:
            with self.connection.transaction(force_rollback=True):
                self.connection.execute(place.made.replace("{}", text, 1).encode())
                # As pg_dump reads it: with every schema that is not pg_catalog.
                self.connection.execute("set local search_path = ''")
                row = self.connection.execute(place.printed.encode()).fetchone()
        except psycopg.Error:
            return None
        assert row is not None
        printed: str = row[0]
        return printed

    def verdict(self, where: str, place: Place, written: str, printed: str) -> Verdict:
        """Return what comes of comparing what is written with what is printed."""
        try:
            if place.query:
                written = place.query.replace("{}", written, 1)
                same = self.canonical.same_query(written, printed)
            elif where == "default":
                same = self.canonical.same_default(written, printed, "boolean")
            else:
                same = self.canonical.same_expression(written, printed, "notes", self.columns)
        except CannotDetermine:
            return Verdict.UNTOLD
        return Verdict.SAME if same else Verdict.DIFFERENT


_COLUMNS = """
    select attname::text, format_type(atttypid, atttypmod) from pg_attribute
    where attrelid = 'public.notes'::regclass and attnum > 0 order by attnum
"""


def _opened(server: Server, name: str, stack: ExitStack) -> Side:
    dsn = databases.create(server, name=name, platform="postgres", extensions={}).dsn
    stack.callback(databases.drop, server, name)
    connection = stack.enter_context(databases.connect(dsn, autocommit=True))
    connection.execute(WORLD.encode())
    rows = connection.execute(_COLUMNS.encode()).fetchall()
    reader = databases.reader(dsn)
    stack.callback(reader.close)

    @contextmanager
    def reading() -> Iterator[Reader]:
        reader.begin()
        try:
            yield reader
        finally:
            reader.rollback()  # or the other connection would wait for its locks

    version = connection.info.server_version // 10000
    return Side(connection, Canonical(reading), [(name, type_) for name, type_ in rows], version)


@pytest.fixture(scope="module")
def here(server: Server) -> Iterator[Side]:
    """A database of the server that the tests are about."""
    with ExitStack() as stack:
        yield _opened(server, "standing", stack)


@pytest.fixture(scope="module")
def later(pytestconfig: pytest.Config) -> Iterator[Side | None]:
    """A database of the newest server: what an older one has printed comes to it.

    None where the tests are about the newest one.
    """
    with ExitStack() as stack:
        if pytestconfig.getoption("test_bin_dir"):
            server = stack.enter_context(databases.start(Config()))
            yield _opened(server, "restored", stack)
        else:
            yield None


ALL = bool(os.environ.get("SCHEMAVERIFY_TEST_PAIRS"))
LEAST = {
    "using": 150, "with check": 150, "check": 60, "predicate": 50, "key": 50, "generated": 50,
    "default": 2, "where": 150, "select": 150, "view": 80, "sub-query": 80,
    "with": 80,
}  # fmt: skip
"""Pairs that are tried at a place when each third is, at least: the server says where a text may
stand."""


def _sample(version: int, *, older: bool) -> tuple[int, int]:
    """Return the pair to begin with, and the pairs of which one is tried: some 400 at each place.

    On older servers fewer are tried, and others on each.
    """
    every = 1 if ALL else 9 if older else 3
    return version % every, every


@pytest.mark.parametrize("where", [*CONDITIONS, *QUERIES])
def test_a_pair_is_what_it_is_wherever_it_stands(
    where: str, here: Side, later: Side | None
) -> None:
    place = CONDITIONS.get(where) or QUERIES[where]
    kinds = OF_CONDITIONS if where in CONDITIONS else ("view",)
    tried = 0
    wrong: list[tuple[str, Pair, Verdict]] = []
    begin, every = _sample(here.version, older=later is not None)
    for pair in PAIRS[begin::every]:
        if pair.kind not in kinds or pair.since > here.version or pair.verdict is Verdict.UNTOLD:
            continue
        printed = here.print(place, pair.stored)
        if printed is None:
            continue
        tried += 1
        found = {"here": here.verdict(where, place, pair.written, printed)}
        # A server before 14 has date_part for EXTRACT, which is another function.
        if later is not None and "date_part" not in printed:
            again = later.print(QUERIES["view"] if place.query else place, printed.rstrip(";"))
            assert again is not None, printed
            found["later"] = later.verdict(where, place, pair.written, again)
        wrong += [(side, pair, one) for side, one in found.items() if one is not pair.verdict]
    # What is written may stand at fewer places than what is stored.
    assert [one for one in wrong if here.print(place, one[1].written) is not None] == []
    assert tried * every >= LEAST[where] * 2
