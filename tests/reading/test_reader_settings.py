"""What a role, a database or a DSN sets changes no result: each session reads in one way."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import conninfo, sql

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.databases.reading import FIXED
from pytest_schemaverify.databases.reading.transaction_settings import LIMITS
from pytest_schemaverify.rehearsal.state import differences, state
from tests.projects import Project, text_of
from tests.projects import project as project  # a fixture

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
    "gin_fuzzy_search_limit": "1",
}
"""Each of them to something else. Which locales there are beside C, nobody knows."""
LEFT = {
    "what the database means, and its owner chooses": """
        search_path default_text_search_config default_table_access_method default_tablespace
        default_toast_compression temp_tablespaces createrole_self_grant""",
    "what it says beside its answers": """
        client_encoding client_min_messages lc_messages escape_string_warning icu_validation_level
        operator_precedence_warning""",
    "what refuses loudly, and changes no answer": """
        row_security restrict_nonsystem_relation_kind check_function_bodies""",
    "what only those who write meet": """
        gin_pending_list_limit session_replication_role event_triggers lo_compat_privileges""",
    "the transaction, which says its own": """
        default_transaction_deferrable default_transaction_isolation default_transaction_read_only
        transaction_deferrable transaction_isolation transaction_read_only""",
    "time, of which the stricter limit counts, and what ends an idle session": """
        transaction_timeout idle_session_timeout""",
    "the connection": """
        tcp_keepalives_count tcp_keepalives_idle tcp_keepalives_interval tcp_user_timeout""",
    "where files are": """
        dynamic_library_path extension_control_path local_preload_libraries
        session_preload_libraries""",
    "the order of rows that nobody has asked for": "synchronize_seqscans",
    "how an index is kept": "vacuum_cleanup_index_scale_factor",
    "what vacuum does": """
        vacuum_freeze_min_age vacuum_freeze_table_age vacuum_multixact_freeze_min_age
        vacuum_multixact_freeze_table_age vacuum_failsafe_age vacuum_multixact_failsafe_age""",
}
"""Settings that a role or a database may have, by why they are left as they are."""
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
migrations: {before: ../trips.sql, directory: migrations}
data: {preserved: {trips: {match: [departs, day, takes, ratio, photo]}}}
""")
    result = project.run("-q")
    assert result.parseoutcomes().keys() == {"passed"}, text_of(result)


def _of_database(setting: tuple[str, str]) -> str:
    name, value = setting
    change = f"alter database %I set {name} = ''{value}''"
    return f"do $$ begin execute format('{change}', current_database()); end $$;"


def test_every_setting_of_clients_is_fixed_or_judged(server: Server) -> None:
    with databases.connect(server.dsn) as connection:
        found = connection.execute(
            "select name from pg_catalog.pg_settings where context in ('user', 'superuser')"
            " and category ~ '^(Client Connection Defaults|Version and Platform Compatibility) / '"
        ).fetchall()
    judged = {name for names in LEFT.values() for name in names.split()}
    fixed = {*FIXED, *LIMITS}
    unknown = {str(name).lower() for (name,) in found} - fixed - judged
    assert unknown == set(), (
        "fix it in transaction_settings.py, or say here why it changes no result"
    )
    assert not fixed & judged
