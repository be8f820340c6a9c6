"""Functions of our own, valid and faulty, and what the server says when it runs them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import yaml
from psycopg import Connection

from pytest_schemaverify.behaviour.routines import Checked, checked
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.snapshot import read

_DATA = Path(__file__).parents[2] / "data"
SURROUNDINGS = """
create type pair as (x int, y int);
create type nest as (p pair, n text);
create type mood as enum ('calm', 'loud');
create table users (id int primary key, name text, seen timestamptz);
create unique index on users (lower(name));
create unique index on users (seen) where name is null;
create table f (p int, q int);
create procedure counted(inout times int) language sql as 'select times + 1';
create procedure remove(p_id int) language sql as 'delete from users where id = p_id';
create view titles as select id, name from users;
create materialized view counts as select count(*) as n from users;
create table kept (id int primary key);
create table keeps (id int references kept);
create table late (id int, n int unique, constraint late_id unique (id) deferrable);
create table computed (id int, twice int generated always as (id * 2) stored,
    number int generated always as identity);
insert into users (id, name) values (1, 'x');
insert into f values (1, 1);
"""
NOTHING, UNCHECKED = "nothing", "not checked"


@dataclass(frozen=True, slots=True)
class Fault:
    """A function in a schema of its own, with a fault or, as its twin, without."""

    schema: str
    entry: dict[str, Any]
    wrong: bool

    @property
    def made(self) -> str:
        """The statement that creates it."""
        one = self.entry
        body = one["body"] if self.wrong else one["body"].replace(one["wrong"], one["right"])
        head, language = one.get("head", "(p int) returns int"), one.get("language", "plpgsql")
        return f"create function {self.schema}.f{head} language {language} as $body$ {body} $body$"


def check(connection: Connection[Any], *schemas: str) -> Checked:
    """Return what the rule says of some schemas."""
    with connection.transaction():
        connection.execute("set transaction read only")
        return checked(Reader(connection), read(connection), frozenset(schemas))


def faults(version: int) -> list[Fault]:
    """Return the faulty functions and their twins that a server can have."""
    entries = yaml.safe_load((_DATA / "faulty_bodies.yaml").read_text(encoding="utf-8"))
    return [
        Fault(f"{'wrong' if wrong else 'right'}_{number}", entry, wrong)
        for number, entry in enumerate(entries)
        if version >= entry.get("since", 0) * 10_000
        for wrong in (True, False)
    ]


def run(connection: Connection[Any], found: list[Fault]) -> dict[str, str]:
    """Make the functions and call each; return the SQLSTATE of each that fails, by its schema."""
    connection.execute(SURROUNDINGS.encode())
    # Some faults are found when the function is made, which is not the point here.
    connection.execute("set check_function_bodies = off")
    states = {}
    for one in found:
        connection.execute(f"create schema {one.schema}; {one.made}".encode())
        call = f"select {one.schema}.{one.entry.get('call', 'f(1)')}"
        try:
            # Plans of calls before may be those of a table that is gone.
            connection.execute("discard plans")
            connection.execute(f"begin; {call}".encode())
        except psycopg.Error as error:
            states[one.schema] = error.sqlstate or ""
        connection.execute("rollback")
    return states


def idioms(version: int) -> Iterator[str]:
    """Yield the schema of the valid functions, then each of them with its call."""
    _, schema, *listed = (_DATA / "valid_bodies.sql").read_text(encoding="utf-8").split("\n\n")
    yield schema
    for one in listed:
        since = re.match(r"-- since (\d+)", one)
        if since is None or version >= int(since[1]) * 10_000:
            yield one
