"""Owner and comment of every kind of object that has them: said, found missing, and repaired."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning.expectations import plan
from pytest_schemaverify.verification.result import Result

WORLD = """
create role "Other Owner" superuser;
create schema odd;
create type mood as enum ('fine');
create domain email as text constraint shape check (value like '%@%');
create table notes (id bigint, body text);
create view note_ids as select id from notes;
create materialized view note_count as select count(*) from notes;
create sequence numbers;
create rule silent as on delete to notes do instead nothing;
create statistics both_of on id, body from notes;
create statistics odd.others on id, body from notes;
create function plus(integer) returns integer language sql as 'select 1';
create procedure tidy() language sql as 'select 1';
create aggregate total(integer) (sfunc = int4pl, stype = integer);
create function ev() returns event_trigger language plpgsql as 'begin end';
create event trigger watch on ddl_command_end execute function ev();
create foreign data wrapper remote;
create server warehouse foreign data wrapper remote;
create foreign table orders (id bigint) server warehouse;
create publication changes for table notes;
create function as_number(mood) returns integer language sql as 'select 1';
create cast (mood as integer) with function as_number(mood);
create operator === (function = int4eq, leftarg = integer, rightarg = integer);
create operator class odd_ops for type integer using hash
  as operator 1 =, function 1 hashint4(integer);
create language plother handler plpgsql_call_handler;
create operator family fam using btree;
create collation loose (provider = libc, locale = 'C');
create conversion latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create text search dictionary words (template = simple);
create text search parser cutter (
  start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype
);
create text search template model (lexize = dsimple_lexize);
create transform for integer language plother (from sql with function prsd_lextype(internal));
create access method heap2 type table handler heap_tableam_handler;
select lo_create(4711);
"""
OWNED = {
    "type": "types: {mood: {%s}}",
    "domain": "types: {email: {%s}}",
    "schema": "schemas: {odd: {%s}}",
    "table": "tables: {notes: {%s}}",
    "foreign table": "tables: {orders: {%s}}",
    "view": "views: {note_ids: {%s}}",
    "materialized view": "materialized_views: {note_count: {%s}}",
    "sequence": "sequences: {numbers: {%s}}",
    "statistics": "tables: {notes: {statistics: {both_of: {%s}}}}",
    "statistics elsewhere": "tables: {notes: {statistics: {odd.others: {%s}}}}",
    "function": "functions: {plus(integer): {%s}}",
    "procedure": "functions: {tidy(): {%s}}",
    "aggregate": "functions: {total(integer): {%s}}",
    "event trigger": "event_triggers: {watch: {%s}}",
    "foreign data wrapper": "wrappers: {remote: {%s}}",
    "server": "foreign_servers: {warehouse: {%s}}",
    "publication": "publications: {changes: {%s}}",
    "operator": "operators: {'===(integer, integer)': {%s}}",
    "operator class": "operator_classes: {odd_ops: {%s}}",
    "operator family": "operator_families: {fam using btree: {%s}}",
    "collation": "collations: {loose: {%s}}",
    "conversion": "conversions: {latin: {%s}}",
    "text search dictionary": "text_search_dictionaries: {words: {%s}}",
    "language": "languages: {plother: {%s}}",
    "tablespace": "tablespaces: {pg_default: {%s}}",
    "large object": "large_objects: {4711: {%s}}",
    "database": "database: {%s}",
}
DESCRIBED = {
    **OWNED,
    "rule": "tables: {notes: {rewrite_rules: {silent: {%s}}}}",
    "domain check": "types: {email: {checks: {shape: {%s}}}}",
    "role": "roles: {'\"Other Owner\"': {%s}}",
    "text search parser": "text_search_parsers: {cutter: {%s}}",
    "text search template": "text_search_templates: {model: {%s}}",
    "transform": "transforms: {int language plother: {%s}}",
    "access method": "access_methods: {heap2: {%s}}",
    "cast": "casts: {mood as integer: {%s}}",
}


@pytest.fixture
def world(connection: Connection[Any]) -> Connection[Any]:
    connection.execute(WORLD.encode())
    return connection


def results(text: str, connection: Connection[Any]) -> list[Result]:
    @contextmanager
    def reading() -> Iterator[Reader]:
        with Reader(connection).undone() as reader:
            yield reader

    spec, positions = load(text, "expectations.yaml")
    facts = Facts(spec, Path(), Target(Dsn(""), "", (), read(connection)), None, reading)
    planned = plan(spec, positions, "expectations.yaml")
    return [run(one, facts) for one in planned if not one.check.endswith(".definers")]


def test_the_owner_of_every_kind_is_compared_and_can_be_changed(world: Connection[Any]) -> None:
    for kind, line in OWNED.items():
        _found_and_repaired(kind, line % "owner: '\"Other Owner\"'", world)


def test_the_comment_on_every_kind_is_compared_and_can_be_changed(world: Connection[Any]) -> None:
    for kind, line in DESCRIBED.items():
        _found_and_repaired(kind, line % "comment: it's here", world)


def _found_and_repaired(kind: str, text: str, connection: Connection[Any]) -> None:
    found = [finding for one in results(text, connection) for finding in one.findings]
    assert len(found) == 1, (kind, found)
    connection.execute(found[0].fix.encode())
    assert all(one.passed for one in results(text, connection)), kind
