"""What cannot be a type is told from what no database has, as the server tells it."""

from typing import Any

import psycopg
import pytest
from psycopg import Connection

from pytest_schemaverify.kinds.keys import signature
from pytest_schemaverify.sql.names import BadName
from pytest_schemaverify.sql.typenames import goes_on, is_type

TEXTS = [
    "int", "bigintt", "int int", "numeric(10", "numeric(10,2)", "numeric(5,-2)", "varchar(-1)",
    "text; drop table a", "not null", "'text'", "int[[]]", "int[3][4]", "int array[3]", "uuid nott",
    "double precision", "timestamp(3) with time zone", "interval day to second", "interval(3)",
    "national character varying(10)", "bit varying(3)", '"char"', 'app."My T"(3)', "Größe",
    "geometry(Point,4326)", "text) , cast(1 as int", "text)", "a.b.c", "serial", "halfvec(3)",
    "", " ", "a b c", "int default 3", "x%", "(int)", "int(4)", "BOOLEAN (1)", "varchar(0)",
    "character  varying(10485761)", "char(10485760)", "bit(0)", "numeric(1001)", "numeric(0,0)",
    "float(54)", "float(53)", "timestamp(9)", "own(0)", "varchar(0)[]", '"int"(4)',
]  # fmt: skip
NO_TYPE = ("42601", "42602", "22023")
"""SQLSTATEs of syntax, of names, and of numbers that a type does not take."""


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_a_type_where_the_server_reads_one(
    text: str, connection: Connection[Any]
) -> None:
    state = None
    try:
        with connection.transaction():
            connection.execute("select %s::pg_catalog.regtype", [text])
    except psycopg.Error as error:
        state = error.sqlstate
    assert is_type(text) == (state not in NO_TYPE), state


@pytest.mark.parametrize(
    "text",
    [
        "size", "size()", "size(text)", "count(*)", '"a(b"(int)',
        "f(timestamp with time zone, app.t)", "share(double precision order by anyelement)",
        "f(numeric(10,2), text[])",
    ],
)  # fmt: skip
def test_a_signature_has_types(text: str) -> None:
    assert signature(text, "public", None)[0] == "public"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("f(a int, b text)", "`a int` is no type; .*: f(int, text)"),
        ("f(in a int, out text)", "`in a int` is no type; .*: f(int, text)"),
        ("f(int default 3, variadic x int[])", "`int default 3` is no type; .*: f(int, int[])"),
        ('f("Name" character varying(3) = 7)', ".*is no type; .*: f(character varying(3))"),
        ("f(int))", "`int)` is no type"),
        ("f(int", "a bracket is not closed"),
    ],
)
def test_a_signature_with_more_than_types_is_told(text: str, told: str) -> None:
    with pytest.raises(
        BadName, match=told.replace("(", r"\(").replace(")", r"\)").replace("[", r"\[")
    ):
        signature(text, "public", None)


def test_a_query_behind_a_type_is_left_to_the_check() -> None:
    assert goes_on("text as v from pg_sleep(9)")
    assert not is_type("text as v from pg_sleep(9)")
    assert not any(map(goes_on, TEXTS))
