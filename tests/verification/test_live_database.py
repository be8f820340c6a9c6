"""With --schema-dsn somebody's database is looked at, and nothing else."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import conninfo, sql

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from tests.projects import Project, lines_after, shows_no_traceback, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project


def told(result: pytest.RunResult, start: str) -> str:
    """Return the message under a headline, in one line."""
    text = text_of(result)
    assert shows_no_traceback(text), text
    return " ".join(" ".join(lines_after(text, start)).split())


def execute(dsn: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements and return the rows of the last one, if it has some."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def role(server: Server, filled: Dsn) -> Iterator[str]:
    """A role that may connect and no more."""
    execute(filled, "create role limited login")
    yield "limited"
    execute(filled, "drop owned by limited", "drop role limited")


def of(role: str, dsn: str) -> str:
    return conninfo.make_conninfo(dsn, user=role)


# Nothing is written

WRITTEN = Path(f"/tmp/written-by-the-server-{os.getpid()}")
WRITES = {
    "insert": "insert into users (email) values ('x') returning 1",
    "delete in a with": "with gone as (delete from users returning 1) select * from gone",
    "volatile function": "select write_it()",
    "function that leaves read-only": "select leave_and_write()",
    "nextval": "select nextval('users_id_seq')",
    "setval": "select setval('users_id_seq', 99)",
    "two statements": "commit; drop table users",
    "comment trick": "select 1; /* */ insert into users (email) values ('x')",
    "read-only off": "select set_config('transaction_read_only', 'off', false)",
    "do block": "do $$ begin commit; insert into users (email) values ('x'); end $$",
    "procedure that commits": "call commit_and_write()",
    "commit alone": "commit",
    "rollback and chain": "rollback and chain",
    "begin": "begin read write",
    "set transaction": "set transaction read write",
    "session characteristics": "set session characteristics as transaction read write",
    "create table": "create table mine ()",
    "temporary table": "create temporary table mine ()",
    "select into": "select 1 as one into mine",
    "lock": "lock table users in access exclusive mode",
    "for update": "select id from users for update",
    "notify": "select pg_notify('somebody', 'x')",
    "large object": "select lo_create(4711)",
    "prepared": "prepare transaction 'p'",
    "copy to a file": f"copy users to '{WRITTEN}'",
    "copy to a program": f"copy users to program 'touch {WRITTEN}'",
    "explain analyze": "explain analyze insert into users (email) values ('x')",
}


@pytest.fixture
def tempting(filled: Dsn) -> Dsn:
    """A database with functions that write."""
    execute(
        filled,
        """
        create function write_it() returns int volatile language plpgsql as $$
        begin insert into users (email) values ('written'); return 1; end $$;
        create function leave_and_write() returns int volatile language plpgsql as $$
        begin
          perform set_config('transaction_read_only', 'off', true);
          insert into users (email) values ('written');
          return 1;
        end $$;
        create procedure commit_and_write() language plpgsql as $$
        begin commit; insert into users (email) values ('written'); end $$;
        """,
    )
    return filled


def state(dsn: Dsn) -> list[tuple[Any, ...]]:
    return execute(
        dsn,
        """
        select (select count(*) from users), (select last_value from users_id_seq),
               (select is_called from users_id_seq),
               (select count(*) from pg_catalog.pg_class where relname = 'mine'),
               (select count(*) from pg_catalog.pg_largeobject_metadata),
               (select pg_catalog.pg_current_xact_id_if_assigned())
        """,
    )


def transactions(dsn: Dsn) -> int:
    """Return the next number of a transaction that writes; reading ones have none."""
    [(number,)] = execute(
        dsn, "select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())"
    )
    return int(number)


def test_no_query_of_the_file_can_write(project: Project, tempting: Dsn) -> None:
    """As a superuser, and each query also after all those before it."""
    quoted = "\n".join(
        f"    {name}:\n      sql: |-\n        {text}\n      returns: nothing"
        for name, text in WRITES.items()
    )
    project.expect(f"tables: {{users: {{}}}}\ndata:\n  queries:\n{quoted}\n")
    before, number = state(tempting), transactions(tempting)
    result = project.run("-v", f"--schema-dsn={tempting}")
    text = text_of(result)
    assert shows_no_traceback(text), text
    passed = [line for line in result.outlines if "queries" in line and "PASSED" in line]
    assert passed == []
    assert state(tempting) == before
    assert transactions(tempting) == number
    assert not WRITTEN.exists()


def test_no_condition_of_the_file_can_write(project: Project, tempting: Dsn) -> None:
    project.expect(
        "allow_functions: {write_it: the transaction only reads}\n"
        "data:\n"
        "  users: {where: write_it() = 1, rows: 0}\n"
        "  public.users: {where: 'true) or (write_it() = 1', rows: 0}\n"
    )
    execute(tempting, "insert into users (email) values ('there')")
    number = transactions(tempting)
    result = project.run(f"--schema-dsn={tempting}")
    result.assert_outcomes(passed=1, failed=2)
    assert "read-only transaction" in told(result, "data.users rows")
    assert transactions(tempting) == number


def test_expressions_are_compared_without_being_run(project: Project, tempting: Dsn) -> None:
    execute(
        tempting,
        "alter table users add column mark int",
        "alter table users alter mark set default write_it(),"
        " add constraint marked check (write_it() = 1)",
    )
    number = transactions(tempting)
    project.expect(
        "tables:\n  users:\n"
        "    columns: {mark: {type: integer, default: write_it()}}\n"
        "    checks: {marked: (write_it()) = 1}\n"
    )
    project.run(f"--schema-dsn={tempting}").assert_outcomes(passed=6)
    assert transactions(tempting) == number
    assert execute(tempting, "select count(*) from users") == [(0,)]


def test_everything_is_read_inside_read_only_transactions(project: Project, filled: Dsn) -> None:
    project.expect(
        """\
tables: {users: {}}
data:
  queries:
    settings:
      sql: |
        select name, setting from pg_catalog.pg_settings
        where name in ('transaction_read_only', 'statement_timeout', 'lock_timeout',
                       'transaction_isolation', 'application_name')
        order by name
      returns:
      - [application_name, pytest-schemaverify]
      - [lock_timeout, '2000']
      - [statement_timeout, '60000']
      - [transaction_isolation, repeatable read]
      - [transaction_read_only, 'on']
"""
    )
    project.run(f"--schema-dsn={filled}").assert_outcomes(passed=2)


def test_nothing_is_left_in_the_session(filled: Dsn) -> None:
    shown = "select name, setting from pg_catalog.pg_settings order by name"
    with psycopg.connect(filled, application_name="pytest-schemaverify") as connection:
        untouched = connection.execute(shown).fetchall()
    with databases.read_only(filled) as connection:
        connection.commit()
        connection.read_only = None
        connection.isolation_level = None
        assert connection.execute(shown).fetchall() == untouched
        assert (
            connection.execute("select * from pg_catalog.pg_prepared_statements").fetchall() == []
        )


# Somebody else is there


def test_a_locked_table_is_told_and_not_waited_for(project: Project, filled: Dsn) -> None:
    project.expect(
        "tables: {users: {primary_key: [id], columns: {email: {type: text, default: absent}}}}\n"
        "data: {users: {rows: 0}}"
    )
    with psycopg.connect(filled) as other:
        other.execute("lock table users in access exclusive mode")
        start = time.monotonic()
        result = project.run(f"--schema-dsn={filled}")
        assert time.monotonic() - start < 8
    assert result.ret == 6
    result.assert_outcomes(passed=5, failed=1)
    message = told(result, "data.users rows")
    assert "cannot tell querying public.users" in message
    assert "canceling statement due to lock timeout" in message


class Relay:
    """Passes a server's connections on over TCP until it is broken, and counts them."""

    def __init__(self, socket_path: str) -> None:
        self.socket_path = socket_path
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.knocks = 0
        self.broken = False
        self.open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def break_off(self) -> None:
        """Close every connection, and from now on each new one at once."""
        self.broken, self.knocks = True, 0
        for one in self.open:
            with contextlib.suppress(OSError):  # some are closed already
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.knocks += 1
            if self.broken:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.socket_path)
            self.open += [client, server]
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def relay(filled: Dsn) -> Iterator[Relay]:
    parameters = conninfo.conninfo_to_dict(filled)
    made = Relay(f"{parameters['host']}/.s.PGSQL.{parameters['port']}")
    yield made
    made.listener.close()
    for one in made.open:
        one.close()


def test_nobody_knocks_again_at_a_database_that_went_away(
    project: Project, filled: Dsn, relay: Relay
) -> None:
    class Breaker:
        def pytest_runtest_logstart(self, nodeid: str) -> None:
            if "not_null" in nodeid:
                relay.break_off()

    project.expect("data: {users: {rows: 0, not_null: [email], unique: [[email], [id]]}}")
    dsn = conninfo.make_conninfo(filled, host="127.0.0.1", port=relay.port)
    # An expectation that holds is known to hold when its start is reported: the next one fails.
    result = project.pytester.inline_run(f"--schema-dsn={dsn}", plugins=[Breaker()])
    passed, skipped, failed = result.countoutcomes()
    assert relay.broken
    assert (passed, skipped, failed) == (2, 1, 1)
    assert relay.knocks <= 1
    assert result.ret == 6


def test_what_is_read_belongs_to_one_moment(project: Project, filled: Dsn) -> None:
    """Somebody who changes the schema all the time makes nothing fail."""
    stop = threading.Event()

    def change() -> None:
        with psycopg.connect(filled, autocommit=True) as connection:
            while not stop.is_set():
                connection.execute("create table passing (id int primary key)")
                connection.execute("drop table passing")

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(5):
            result = project.run(f"--schema-dsn={filled}", "-q")
            assert result.ret == 0, text_of(result)
    finally:
        stop.set()
        thread.join()


def test_a_slow_query_is_ended(project: Project, filled: Dsn) -> None:
    project.expect(
        "allow_functions: {set_config: for one query only}\n"
        "data: {queries: {a: {sql: \"select set_config('statement_timeout', '50', true)\","
        " returns: '50ms'}, b: {sql: select pg_sleep(0.3)::text, returns: ''}}}"
    )
    # The limit of a query is that of every query: what one sets, the next does not have.
    project.run(f"--schema-dsn={filled}").assert_outcomes(passed=3)


def test_the_limits_end_a_query_that_takes_too_long(filled: Dsn) -> None:
    with databases.read_only(filled) as connection:
        connection.execute("select set_config('statement_timeout', '50', true)")
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("select pg_sleep(5)")


# Roles with few rights


def test_a_role_without_rights_reads_the_whole_catalog(
    project: Project, filled: Dsn, role: str
) -> None:
    project.expect(
        """\
tables:
  users:
    exact: true
    columns: {id: bigint not null, email: text not null}
    primary_key: [id]
    unique: [[email]]
    checks: {named: email <> ''}
    rls: {enabled: true, policies: {own: {command: select, using: email = current_user}}}
""".replace("    exact: true\n", "")
    )
    execute(
        filled,
        "alter table users add constraint named check (email <> '')",
        "create policy own on users for select using (email = current_user)",
    )
    result = project.run(f"--schema-dsn={of(role, filled)}")
    assert result.ret == 0, text_of(result)
    result = project.run(f"--schema-dsn={of(role, filled)}", "-q", "-rs")
    assert "skipped" not in text_of(result)


def test_sequences_that_the_role_may_not_read_are_named(
    project: Project, filled: Dsn, role: str
) -> None:
    execute(filled, "create table counters (id serial)")
    project.expect("rules: {keys_have_room: true}")
    result = project.run(f"--schema-dsn={of(role, filled)}")
    assert result.ret == 6
    said = told(result, "rules keys_have_room")
    assert "reading how far counters.id has counted" in said.replace("public.", "")
    assert "the role may not read its sequence" in said
    execute(filled, f"grant usage, select on sequence counters_id_seq to {role}")
    assert project.run(f"--schema-dsn={of(role, filled)}").ret == 0


def test_rows_that_are_hidden_from_the_role_are_not_nothing(
    project: Project, filled: Dsn, role: str
) -> None:
    execute(
        filled,
        "insert into users (email) values ('a'), ('b')",
        f"grant select on users to {role}",
    )
    project.expect(
        "data:\n  users: {rows: 0, not_null: [email]}\n"
        "  queries: {none: {sql: select * from users, returns: nothing}}"
    )
    result = project.run(f"--schema-dsn={of(role, filled)}")
    assert result.ret == 6
    result.assert_outcomes(failed=3)
    assert "row-level security" in told(result, "data.users rows")
    assert "row-level security" in told(result, "data.queries.none returns")


def test_a_function_cannot_turn_row_level_security_back_on(
    project: Project, filled: Dsn, role: str
) -> None:
    execute(
        filled,
        "insert into users (email) values ('a')",
        f"grant select on users to {role}",
    )
    project.expect(
        "allow_functions: {set_config: for one query only}\n"
        "data:\n  queries:\n"
        "    on: {sql: \"select set_config('row_security', 'on', false)\", returns: 'on'}\n"
        "    none: {sql: select count(*) from users, returns: 0}\n"
    )
    result = project.run(f"--schema-dsn={of(role, filled)}")
    result.assert_outcomes(passed=2, failed=1)
    assert "row-level security" in told(result, "data.queries.none returns")


def test_the_roles_own_search_path_changes_nothing(
    project: Project, filled: Dsn, role: str
) -> None:
    execute(
        filled,
        f"grant usage, create on schema public to {role}",
        "create schema other",
        f"grant usage on schema other to {role}",
        "create table other.users (id int)",
        "create type other.text as (a int)",
        f"alter role {role} set search_path = other, pg_catalog",
        f"alter role {role} set default_transaction_read_only = off",
        f"alter role {role} set row_security = on",
        "alter table users disable row level security",
        f"grant select on users, other.users to {role}",
    )
    project.expect(
        "tables:\n  users: {columns: {id: bigint not null, email: text not null}}\n"
        "  other.users: {columns: {id: integer}}\n"
        "data: {users: {rows: 0}}\n"
    )
    result = project.run(f"--schema-dsn={of(role, filled)}")
    assert result.ret == 0, text_of(result)


def test_a_function_of_the_same_name_in_the_way_is_not_called(
    project: Project, tempting: Dsn, role: str
) -> None:
    """What a stranger puts into `public` is not what our own queries run."""
    for name in ("count(anyelement)", "md5(text)", "set_config(text, text, boolean)"):
        execute(
            tempting,
            f"create function public.{name} returns text language plpgsql as"
            " $$ begin raise 'not the right one'; end $$",
        )
    execute(tempting, "alter role postgres set search_path = public, pg_catalog")
    try:
        project.run(f"--schema-dsn={tempting}").assert_outcomes(passed=11, skipped=1)
    finally:
        execute(tempting, "alter role postgres reset search_path")


def test_odd_settings_of_the_database_change_nothing(project: Project, filled: Dsn) -> None:
    name = conninfo.conninfo_to_dict(filled)["dbname"]
    with psycopg.connect(filled, autocommit=True) as connection:
        for setting, value in (
            ("datestyle", "German"),
            ("bytea_output", "escape"),
            ("quote_all_identifiers", "on"),
            ("default_transaction_isolation", "serializable"),
            ("default_transaction_deferrable", "on"),
            ("extra_float_digits", "-5"),
            ("client_encoding", "LATIN1"),
            ("lc_messages", "C"),
        ):
            alter = sql.SQL("alter database {} set {} = {}")
            connection.execute(
                alter.format(sql.Identifier(str(name)), sql.Identifier(setting), value)
            )
    result = project.run(f"--schema-dsn={filled}")
    assert result.ret == 0, text_of(result)


def test_a_standby_or_a_read_only_database_will_do(project: Project, filled: Dsn) -> None:
    name = conninfo.conninfo_to_dict(filled)["dbname"]
    execute(filled, f"alter database {name} set default_transaction_read_only = on")
    assert project.run(f"--schema-dsn={filled}").ret == 0


def test_the_summary_says_of_a_role_that_it_may_do_more_than_read(
    project: Project, filled: Dsn, role: str
) -> None:
    project.expect("tables: {users: {}}")
    assert "the role" not in text_of(project.run(f"--schema-dsn={of(role, filled)}"))
    execute(filled, f"grant pg_signal_backend, pg_write_server_files to {role}")
    advice = (
        f"the role {role} has pg_signal_backend, pg_write_server_files: it may do far more than"
        " read; connect as a role that only reads: `schemaverify reader-role` prints a script that"
        " makes one"
    )
    assert advice in text_of(project.run(f"--schema-dsn={of(role, filled)}"))
