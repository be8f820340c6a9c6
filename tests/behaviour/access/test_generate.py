"""Rows that a table takes, whatever it asks for."""

import re
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from pytest_schemaverify.behaviour.access.rows.maker import Maker
from pytest_schemaverify.behaviour.access.rows.patterns import like, matching
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.snapshot import read

ALICE = "11111111-1111-1111-1111-111111111111"

TYPES = """
    a smallint, b integer, c bigint, d numeric(6, 2), e numeric(2, 2), f real, g double precision,
    h boolean, i text, j varchar(3), k char(2), l "char", m bytea, n uuid, o date, p time, q timetz,
    r timestamp, s timestamptz, t interval, u json, v jsonb, w inet, x cidr, y macaddr, z macaddr8,
    aa bit(5), ab varbit(8), ac int4range, ad tstzrange, ae int4multirange, af point, ag box,
    ah tsvector, ai tsquery, ak text[], al integer[], am money, an oid, ao pg_lsn, ap name
"""

VECTORS = "aq extensions.vector(5), ar extensions.halfvec(4), at extensions.sparsevec(6)"

CHECKS = [
    "n integer not null check (n between 100 and 200)",
    "n integer not null check (n > 7 and n % 2 = 0)",
    "n numeric(4, 2) not null check (n between 0.25 and 0.75)",
    "s text not null check (s in ('draft', 'published'))",
    "s varchar(40) not null check (s = any (array['one', 'two']))",
    "s text not null check (length(s) between 4 and 6)",
    "s text not null check (char_length(s) = 12)",
    "s text not null check (s ~ '^[A-Z]{3}-[0-9]+$')",
    "s text not null check (s ~* '^[a-z0-9._%-]+@[a-z0-9.-]+[.][a-z]{2,4}$')",
    r"s text not null check (s ~ '^\d{3,14}$')",
    "s text not null check (s like 'https://%.example.com/_')",
    "s text not null check (s = lower(s) and s <> '')",
    "s text not null check (position('@' in s) > 1)",
    "b bytea not null check (octet_length(b) = 32)",
    "j jsonb not null check (jsonb_typeof(j) = 'array')",
    "j jsonb not null check (j ? 'kind')",
    "a text[] not null check (cardinality(a) between 1 and 3)",
    "a text[] not null check (a <@ array['x', 'y']), b integer check (b is null or b > 5)",
    "d date not null check (d >= '2020-01-01' and d < '2021-01-01')",
    "t timestamptz not null check (t < now()), u timestamptz not null check (u > t)",
    "x integer, y integer, check (num_nonnulls(x, y) = 1)",
    "x integer not null check (x > 0), y integer not null, check (y > x)",
    "u uuid not null check (u <> '00000000-0000-0000-0000-000000000000')",
]


def made(connection: Connection[Any], sql: str, table: str = "things", **given: str) -> Any:
    connection.execute(sql.encode())
    return Maker(connection, read(connection)).row(("public", table), given, "alice")


def test_a_value_of_every_type_is_made(connection: Connection[Any], available: set[str]) -> None:
    types = f"{TYPES}, {VECTORS}" if "vector" in available else TYPES
    columns = re.split(r",(?![^(]*\))", types)
    listed = ", ".join(f"{column} not null" for column in columns)
    row = made(connection, f"create table things ({listed})").row
    assert [name for name, value in row.items() if value is None] == []


@pytest.mark.parametrize("columns", CHECKS)
def test_checks_are_satisfied(columns: str, connection: Connection[Any]) -> None:
    made(connection, f"create table things (id integer, {columns})")


@pytest.mark.parametrize("nothing", [" not null", ""])
def test_enums_domains_and_composites_are_filled(nothing: str, connection: Connection[Any]) -> None:
    row = made(
        connection,
        f"""
        create type mood as enum ('fine', 'tired');
        create domain email as text check (value ~ '^[a-z]+@[a-z]+$');
        create domain grade as integer not null check (value between 1 and 6);
        create type pair as (a integer, b text);
        create table things (m mood{nothing}, e email{nothing}, g grade, p pair{nothing});
        """,
    )
    assert row.row["g"] in "123456"


def test_parents_are_made_first_and_are_the_same_persons(connection: Connection[Any]) -> None:
    connection.execute(
        """
        create table agents (id uuid default gen_random_uuid() primary key, name text not null,
            user_id uuid not null references auth.users, unique (id, user_id));
        create table runs (id bigint generated always as identity primary key,
            user_id uuid not null, agent_id uuid not null,
            foreign key (agent_id, user_id) references agents (id, user_id));
        create table steps (id serial primary key, run_id bigint not null references runs)
        """
    )
    maker = Maker(connection, read(connection), {("public", "runs"): "user_id"})
    maker.row(("public", "runs"), {"user_id": ALICE}, "alice")
    maker.row(("public", "steps"))
    assert [one.table[1] for one in maker.made][:3] == ["users", "agents", "runs"]
    owners = connection.execute("select user_id::text from agents order by name").fetchall()
    assert (ALICE,) in owners


def test_a_reference_that_may_be_missing_is_left_out_unless_a_check_wants_it(
    connection: Connection[Any],
) -> None:
    row = made(
        connection,
        """
        create table agents (id integer primary key);
        create table widgets (id integer primary key);
        create table things (id integer primary key, parent_id integer references things,
            agent_id integer references agents, widget_id integer references widgets,
            check (num_nonnulls(agent_id, widget_id) = 1));
        """,
    ).row
    assert row["parent_id"] is None
    assert (row["agent_id"] is None) != (row["widget_id"] is None)


def test_two_references_to_one_table_can_have_to_differ(connection: Connection[Any]) -> None:
    row = made(
        connection,
        """
        create table nodes (id integer primary key);
        create table things (a integer not null references nodes,
            b integer not null references nodes, check (a <> b));
        """,
    ).row
    assert row["a"] != row["b"]


@pytest.mark.parametrize(
    "partitions",
    [
        "(id integer not null, at date not null default current_date) partition by range (at);"
        "create table t1 partition of things for values from ('2020-01-01') to ('2021-01-01')",
        "(id integer not null, region text not null) partition by list (region);"
        "create table t1 partition of things for values in ('eu', 'us')",
        "(id integer not null) partition by hash (id);"
        "create table t1 partition of things for values with (modulus 1, remainder 0)",
        "(region text not null, n integer not null) partition by list (region);"
        "create table t1 partition of things for values in ('eu') partition by range (n);"
        "create table t2 partition of t1 for values from (5) to (6)",
    ],
)
def test_a_row_finds_a_partition(partitions: str, connection: Connection[Any]) -> None:
    made(connection, f"create table things {partitions}")


def test_several_rows_differ_where_they_have_to(connection: Connection[Any]) -> None:
    connection.execute(
        """
        create table things (code text primary key check (code ~ '^[0-9]{4}$'),
            name varchar(5) not null unique, day date not null, exclude using btree (day with =))
        """
    )
    maker = Maker(connection, read(connection))
    for _ in range(3):
        maker.row(("public", "things"), {}, "alice")
    assert connection.execute("select count(*) from things").fetchone() == (3,)


def test_triggers_do_what_they_do(connection: Connection[Any]) -> None:
    row = made(
        connection,
        """
        create table things (id integer primary key, slug text not null, name text not null);
        create function slug() returns trigger language plpgsql as
            $$ begin new.slug := lower(new.name); return new; end $$;
        create trigger slug before insert on things for each row execute function slug();
        """,
    ).row
    assert row["slug"] == (row["name"] or "").lower()


@pytest.mark.parametrize(
    ("sql", "because"),
    [
        (
            "create table things (s text not null constraint sum check (md5(s) = 'a'))",
            "no value was found for the check sum",
        ),
        (
            "create table things (id integer primary key);"
            "create table others (id integer primary key, a integer not null references things);"
            "alter table things add other integer not null references others",
            "its rows need one another: public.things → public.others → public.things",
        ),
        (
            "create table things (id integer);"
            "create function no() returns trigger language plpgsql as"
            " $$ begin raise exception 'closed on Sundays'; end $$;"
            "create trigger no before insert on things for each row execute function no()",
            "closed on Sundays, in PL/pgSQL function no",
        ),
        (
            "create table things (id integer);"
            "create rule no as on insert to things do instead nothing",
            "INSERT RETURNING",
        ),
    ],
)
def test_what_cannot_be_made_is_told_with_the_reason(
    sql: str, because: str, connection: Connection[Any]
) -> None:
    with pytest.raises(CannotDetermine) as caught:
        made(connection, sql)
    assert because in str(caught.value)
    assert "access.given" in str(caught.value)


def test_a_draft_is_a_row_that_is_not_there(connection: Connection[Any]) -> None:
    connection.execute(
        "create table nodes (id integer primary key);"
        "create table things (id integer primary key, node integer not null references nodes)"
    )
    maker = Maker(connection, read(connection))
    draft = maker.draft(("public", "things"))
    assert connection.execute("select count(*) from things").fetchone() == (0,)
    connection.execute(draft.statement.encode())
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(draft.statement.encode())


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^[A-Z]{3}-[0-9]+$", "AAA-0"),
        (r"^\d{2,4}$", "00"),
        ("^(draft|published)$", "draft"),
        ("^(?:a|b)c?$", "ac"),
        (r"\S", "a"),
        ("^[[:digit:]]{2}[^0-9]$", "00a"),
        (r"^a\.b$", "a.b"),
    ],
)
def test_a_pattern_makes_a_text(pattern: str, text: str) -> None:
    assert matching(pattern) == text


def test_a_pattern_of_like_makes_a_text() -> None:
    assert like(r"a%b_c\%") == "abac%"
