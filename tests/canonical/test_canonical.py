"""The server says what a type or an expression is, and nothing else happens while it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine

COLUMNS = [("price", "numeric"), ("state", "text"), ("order", "integer")]


@pytest.fixture
def canonical(connection: Connection[Any]) -> Canonical:
    """Asks over a connection that sees what the test has made."""

    @contextmanager
    def reading() -> Iterator[Reader]:
        with Reader(connection).undone() as reader:
            yield reader

    return Canonical(reading)


SAME = {
    "price>0": "(price > (0)::numeric)",
    "state in ('a', 'b')": "(state = ANY (ARRAY['a'::text, 'b'::text]))",
    "notes.price between 1 and 2": "((price >= (1)::numeric) AND (price <= (2)::numeric))",
    '"order" > 1 -- a comment': '("order" > 1)',
    "state = current_role": "(state = CURRENT_USER)",
    "now() > '2020-01-01'": "(CURRENT_TIMESTAMP > '2020-01-01 00:00:00+00'::timestamptz)",
}
DIFFERENT = {
    "price > 0": "(price >= (0)::numeric)",
    "state = 'a  b'::text": "state = 'a b'::text",
    "state = 'a'::text": "state = 'b'::text",
    "state = 'current_timestamp'": "(state = 'now()'::text)",
    "price > 0 and state = 'a'": "(price > (0)::numeric)",
}


@pytest.mark.parametrize(("expected", "actual"), SAME.items(), ids=SAME)
def test_expressions_that_the_server_reads_alike_are_the_same(
    canonical: Canonical, expected: str, actual: str
) -> None:
    assert canonical.same_expression(expected, actual, "notes", COLUMNS)


@pytest.mark.parametrize(("expected", "actual"), DIFFERENT.items(), ids=DIFFERENT)
def test_expressions_that_the_server_tells_apart_are_not(
    canonical: Canonical, expected: str, actual: str
) -> None:
    assert not canonical.same_expression(expected, actual, "notes", COLUMNS)


TYPES = {
    "varchar(10)[]": "character varying(10)[]",
    "vector(3)": "extensions.vector(3)",
    "serial2": "smallint",
    "Serial8": "bigint",
    "positive": "public.positive",
    "positive[]": "public.positive[]",
    "interval day to second(3)": "interval day to second(3)",
}


@pytest.mark.parametrize(("written", "printed"), TYPES.items(), ids=TYPES)
def test_a_type_is_printed_as_the_catalog_prints_it(
    canonical: Canonical, connection: Connection[Any], written: str, printed: str
) -> None:
    connection.execute("create domain positive as numeric(4, 1) not null check (value > 0)")
    assert canonical.type(written) == printed


CASTS = {
    ("integer", "bigint"): True,
    ("character varying(10)", "text"): True,
    ("character varying(10)", "character varying(20)"): True,
    ("extensions.vector(3)", "extensions.vector(4)"): True,
    ("bigint", "integer"): False,
    ("bigint", "double precision"): False,
    ("numeric(10,4)", "numeric(10,2)"): False,
    ("timestamp without time zone", "timestamp with time zone"): False,
    ("extensions.vector(3)", "extensions.halfvec(3)"): False,
    ("text", "uuid"): False,
}


@pytest.mark.parametrize(("pair", "safely"), CASTS.items(), ids=[" to ".join(p) for p in CASTS])
def test_a_cast_is_safe_when_it_alters_no_value(
    canonical: Canonical, pair: tuple[str, str], safely: bool
) -> None:
    assert canonical.casts_safely(*pair) is safely


INJECTED = {
    "type": "integer as v where false) as none on true; create table made (); select (1",
    "type that ends the statement": "integer as v) as n on true; create table made () --",
    "expression": "1); create table made (); select (1",
    "default": "1)::integer; create table made (); select (1",
}


@pytest.mark.parametrize("text", INJECTED.values(), ids=INJECTED)
def test_a_text_with_more_than_one_statement_is_refused(
    canonical: Canonical, connection: Connection[Any], text: str
) -> None:
    for ask in (
        lambda: canonical.type(text),
        lambda: canonical.same_expression(text, "2", "notes", COLUMNS),
        lambda: canonical.same_default(text, "2", "integer"),
    ):
        with pytest.raises(CannotDetermine):
            ask()
    assert connection.execute("select pg_catalog.to_regclass('made')").fetchone() == (None,)


UNREADABLE = {
    "prise > 0": "name a column that is there",
    "price = 0::geography": "check the spelling",
    "price = 0::nowhere.mood": "check the spelling",
    "price >": "write it as the server would accept it",
    "lower(price) = 'a'": "You might need to add explicit type casts",
}


@pytest.mark.parametrize(("text", "remedy"), UNREADABLE.items(), ids=UNREADABLE)
def test_what_the_server_cannot_read_comes_with_its_reason_and_what_to_do(
    canonical: Canonical, text: str, remedy: str
) -> None:
    because = r"because (column|type|schema|function|it ends too early)"
    with pytest.raises(CannotDetermine, match=because) as e:
        canonical.same_expression(text, "price", "notes", COLUMNS)
    assert remedy in str(e.value)
    assert f"reading the expression `{text}`" in str(e.value)


def test_a_type_is_the_same_in_its_own_spelling_and_in_others(canonical: Canonical) -> None:
    assert canonical.same_type("character varying(10)", "character varying(10)")
    assert canonical.same_type("varchar(10)", "character varying(10)")
    assert not canonical.same_type("varchar(10)", "character varying(20)")


def test_the_same_text_is_not_asked_about_even_if_nobody_can_read_it(canonical: Canonical) -> None:
    assert canonical.same_expression("lost( a )", "((lost( a  )))", "notes", COLUMNS)
    assert canonical.same_default(" lost()", "(lost())", "integer")
    with pytest.raises(CannotDetermine):
        canonical.same_expression("(lost(a)) or (lost(b))", "lost(a)) or (lost(b)", "t", COLUMNS)


def test_a_text_is_asked_about_once(canonical: Canonical, connection: Connection[Any]) -> None:
    connection.execute("create type mood as enum ('fine')")
    assert canonical.type("mood") == "public.mood"
    assert canonical.same_default("'fine'", "'fine'::mood", "mood")
    connection.execute("drop type mood")
    assert canonical.type("mood") == "public.mood"
    assert canonical.same_default("'fine'", "'fine'::mood", "mood")


def test_what_is_the_same_for_one_type_is_asked_about_anew_for_another(
    canonical: Canonical,
) -> None:
    assert canonical.same_default("'a'::char(2)", "'a '", "character(2)")
    assert not canonical.same_default("'a'::char(2)", "'a '", "text")
    assert canonical.same_default("'a'::char(2)", "'a '", "character(2)")


def test_comparing_executes_nothing(canonical: Canonical, connection: Connection[Any]) -> None:
    connection.execute("create sequence numbers")
    assert not canonical.same_default("nextval('numbers') + 1", "nextval('numbers')", "bigint")
    assert connection.execute("select is_called from numbers").fetchone() == (False,)


def test_a_role_without_rights_is_told_so_and_nothing_passes(
    canonical: Canonical, connection: Connection[Any]
) -> None:
    connection.execute("create schema hidden; create type hidden.mood as enum ('fine')")
    connection.execute("create role limited; set local role limited")
    with pytest.raises(CannotDetermine, match="permission denied for schema hidden"):
        canonical.type("hidden.mood")
    assert canonical.same_expression("price>0", "(price > (0)::numeric)", "notes", COLUMNS)


HIDDEN = {
    "limit": ("price in (select x from generate_series(1, 9) as x limit 2)",
              "(price IN (SELECT x FROM generate_series(1, 9) x(x) LIMIT 3))"),
    "values": ("state in (select v from (values ('a'), ('b')) as t (v) offset 0)",
               "(state IN (SELECT v FROM (VALUES ('a'::text), ('c'::text)) t(v) OFFSET 0))"),
}  # fmt: skip


@pytest.mark.parametrize(("expected", "actual"), HIDDEN.values(), ids=HIDDEN)
def test_what_a_plan_would_hide_is_told_apart(
    canonical: Canonical, expected: str, actual: str
) -> None:
    assert not canonical.same_expression(expected, actual, "notes", COLUMNS)
    same = actual.replace("3)", "2)").replace("'c'", "'b'")
    assert canonical.same_expression(expected, same, "notes", COLUMNS)


def test_what_a_plan_hides_all_the_same_is_never_called_the_same(canonical: Canonical) -> None:
    with pytest.raises(CannotDetermine, match="does not show all of it"):
        canonical.same_expression(
            "price in (select x from generate_series(1, 9) as x limit 1 + 1)",
            "(price IN (SELECT x FROM generate_series(1, 9) x(x) LIMIT (1 + 2)))",
            "notes",
            COLUMNS,
        )
