"""What a role, a database or a DSN sets changes no result: each session reads in one way."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import conninfo, sql

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.reading import FIXED
from pytest_schemaverify.state import differences, state

from .projects import Project, text_of
from .projects import project as project  # a fixture

ODD = {
    "DateStyle": "German, DMY",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Asia/Kolkata",
    "extra_float_digits": "-3",
    "bytea_output": "escape",
    "xmlbinary": "hex",
    "quote_all_identifiers": "on",
    "standard_conforming_strings": "off",
    "backslash_quote": "off",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "xmloption": "document",
    "timezone_abbreviations": "India",
}
"""Each of them to something else. Which locales there are beside C, nobody knows."""
MIGRATION = """
create table trips (
  id int primary key, departs timestamptz not null, day date, takes interval, ratio float8,
  photo bytea, "order" text default 'a\\b', codes int[],
  constraint later check (departs > '2024-05-06 07:08:09+00')
);
create view longer as select id, "order" from trips where takes > '1 day 02:00';
insert into trips values (1, '2024-05-06 12:00+00', '2024-02-01', '1 day 02:03', 0.1, '\\x00ff',
  'x', '{1,NULL}');
"""
EXPECTED = r"""
tables:
  trips:
    columns: {order: text default 'a\b'}
    checks: {later: "departs > '05/06/2024 07:08:09'"}
views:
  longer: {definition: "select id, \"order\" from trips where takes > '1 day 2 hours'::interval"}
data:
  queries:
    departs: {sql: select departs from trips, returns: "2024-05-06 12:00:00+00"}
    day: {sql: select day from trips where day = '02/01/2024', returns: "2024-02-01"}
    takes: {sql: select takes from trips, returns: "1 day 02:03:00"}
    ratio: {sql: select ratio from trips, returns: 0.1}
    photo: {sql: "select photo, photo::text from trips", returns: ['\x00ff', '\x00ff']}
    ruled: {sql: "select pg_get_constraintdef(oid) from pg_constraint where conname = 'later'",
            returns: "CHECK ((departs > '2024-05-06 07:08:09+00'::timestamp with time zone))"}
    texts: {sql: "select 'a\\b'", returns: 'a\b'}
    nulls:
      sql: select count(*) from trips where codes[2] = null or '{NULL}'::text[] = '{"NULL"}'
      returns: 0
    zone: {sql: "select '2024-05-06 12:00 IST'::timestamptz", returns: "2024-05-06 10:00:00+00"}
"""


@pytest.fixture(scope="module")
def trips(server: Server) -> Iterator[Dsn]:
    """A database that nobody has given settings."""
    dsn = databases.create(server, name="trips", platform="postgres", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute(MIGRATION.encode())
    yield dsn
    databases.drop(server, "trips")


@pytest.fixture(params=["nobody", "a role", "the database", "the DSN"])
def odd(request: pytest.FixtureRequest, trips: Dsn) -> Iterator[Dsn]:
    """The database, read with settings that somebody has given."""
    with psycopg.connect(trips, autocommit=True) as connection:
        connection.execute("create role tourist login in role pg_read_all_data")
        for name, value in ODD.items() if request.param in _ALTER else ():
            change = sql.SQL(_ALTER[request.param]).format(sql.Identifier(name), sql.Literal(value))
            connection.execute(change)
        given = ODD if request.param == "the DSN" else {}
        options = " ".join(f"-c{name}={value.replace(' ', '')}" for name, value in given.items())
        yield Dsn(conninfo.make_conninfo(trips, user="tourist", options=options))
        connection.execute("drop role tourist; alter database trips reset all")


_ALTER = {
    "a role": "alter role tourist set {} = {}",
    "the database": "alter database trips set {} = {}",
}


def test_settings_of_others_change_no_result(odd: Dsn, project: Project) -> None:
    project.expect(EXPECTED)
    result = project.run("-q", f"--schema-dsn={odd}")
    assert result.parseoutcomes().keys() == {"passed"}, text_of(result)


def test_each_setting_is_tried() -> None:
    assert {name.lower() for name in ODD} == {one for one in FIXED if not one.startswith("lc_")}


def test_rows_are_the_same_whatever_the_database_is_set_to(trips: Dsn) -> None:
    with psycopg.connect(trips, autocommit=True) as connection:
        before = state(connection)
        for name, value in ODD.items():
            connection.execute("select set_config(%s, %s, false)", [name, value])
        assert list(differences(before, state(connection))) == []
        left = connection.execute("select current_setting('DateStyle')").fetchone()
    assert left == ("German, DMY",)


def test_rows_are_found_again_where_the_migrations_set_something(project: Project) -> None:
    project.write("trips.sql", MIGRATION)
    project.write("migrations/002_settings.sql", "\n".join(map(_of_database, ODD.items())))
    project.expect("""
migrations: {baseline: ../trips.sql, directory: migrations}
data: {preserved: {trips: {match: [departs, day, takes, ratio, photo]}}}
""")
    result = project.run("-q")
    assert result.parseoutcomes().keys() == {"passed"}, text_of(result)


def _of_database(setting: tuple[str, str]) -> str:
    name, value = setting
    change = f"alter database %I set {name} = ''{value}''"
    return f"do $$ begin execute format('{change}', current_database()); end $$;"
