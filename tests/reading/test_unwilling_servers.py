"""Whatever the server answers while the database is had, each item says that nobody could tell."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import Connection, conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.catalog import Families
from pytest_schemaverify.catalog.gaps import gaps
from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.rehearsal.target import live
from pytest_schemaverify.settings.config import Config
from tests.projects import EXPECTATIONS, Project, shows_no_traceback, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

HURRIED = "alter role hurried set transaction_timeout = '800ms'"
LOCK = "lock table pg_catalog.pg_policy in access exclusive mode"
WAITING = """
select l.pid from pg_catalog.pg_locks l
where l.relation = 'pg_catalog.pg_policy'::pg_catalog.regclass and not l.granted
  and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
"""


@pytest.fixture
def role(filled: Dsn) -> Iterator[Callable[..., Dsn]]:
    """Makes a role, and returns the DSN with which it connects."""
    made: list[str] = []

    def make(name: str, *statements: str) -> Dsn:
        made.append(name)
        execute(filled, f"create role {name} login", *statements)
        return Dsn(conninfo.make_conninfo(filled, user=name))

    yield make
    execute(filled, *(f"drop role {name}" for name in made))


def execute(dsn: Dsn, *statements: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def nobody_can_tell(result: pytest.RunResult, because: str) -> list[str]:
    """Expect that one item says why there is no database, and that the others refer to it."""
    text = text_of(result)
    assert shows_no_traceback(text), text
    assert result.ret == 6
    assert "there is no database, see the first such item of expectations.yaml" in text
    [line] = [line for line in text.splitlines() if line.startswith("  because ")]
    assert because in line
    return text.splitlines()


def command_cannot_tell(
    project: Project, capsys: pytest.CaptureFixture[str], dsn: str, because: str
) -> None:
    """Expect the same of the command `schemaverify`."""
    project.expect(EXPECTATIONS.replace("migrations: {directory: migrations}\n", ""))
    code = main(["checklist", f"--dsn={dsn}"])
    out, err = capsys.readouterr()
    assert code == 6, out + err
    assert because in out + err
    assert "Traceback" not in out + err


Wait = Callable[[], int]
"""Returns the number of the process that waits for the catalog of policies, once there is one."""


@contextmanager
def meanwhile(dsn: Dsn, act: Callable[[Connection[Any], Wait], None]) -> Iterator[None]:
    """Hold the catalog of policies, act when somebody waits for it, and let go."""
    with psycopg.connect(dsn) as holder, psycopg.connect(dsn, autocommit=True) as watcher:
        holder.execute(LOCK)

        def wait() -> int:
            end = time.monotonic() + 20
            while time.monotonic() < end:
                if found := watcher.execute(WAITING).fetchone():
                    return int(found[0])
            raise TimeoutError

        def watch() -> None:
            act(holder, wait)
            if not holder.closed:
                holder.commit()

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            thread.join()


def terminate(holder: Connection[Any], wait: Wait) -> None:
    holder.execute("select pg_catalog.pg_terminate_backend(%s)", [wait()])


def test_a_catalog_that_is_hidden(
    project: Project,
    filled: Dsn,
    role: Callable[..., Dsn],
    capsys: pytest.CaptureFixture[str],
) -> None:
    dsn = role("least", "revoke select on pg_catalog.pg_proc from public")
    because = "permission denied for table pg_proc (SQLSTATE 42501)"
    lines = nobody_can_tell(project.run(f"--schema-dsn={dsn}"), because)
    assert "  do      connect as a role that has select on table pg_proc" in lines
    nobody_can_tell(project.run_apart("-n2", f"--schema-dsn={dsn}"), because)
    command_cannot_tell(project, capsys, dsn, because)


def test_a_role_that_has_no_time(
    project: Project,
    filled: Dsn,
    role: Callable[..., Dsn],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with psycopg.connect(filled) as connection:
        if connection.info.server_version < 170000:
            pytest.skip("transaction_timeout is newer")
    dsn = role("hurried", HURRIED)
    because = "terminating connection due to transaction timeout"
    with psycopg.connect(filled) as holder:
        holder.execute(LOCK)  # it waits for longer than it has
        lines = nobody_can_tell(project.run(f"--schema-dsn={dsn}"), because)
        assert any("alter role … set" in line for line in lines)
        command_cannot_tell(project, capsys, dsn, because)


def test_a_catalog_that_is_locked(project: Project, filled: Dsn) -> None:
    with psycopg.connect(filled) as holder:
        holder.execute(LOCK)
        lines = nobody_can_tell(project.run(f"--schema-dsn={filled}"), "lock timeout")
    assert "  do      somebody holds a lock on it; try again" in lines


def test_a_connection_that_is_ended_while_the_catalog_is_read(
    project: Project, filled: Dsn, capsys: pytest.CaptureFixture[str]
) -> None:
    because = "terminating connection due to administrator command"
    with meanwhile(filled, terminate):
        nobody_can_tell(project.run(f"--schema-dsn={filled}"), because)
    with meanwhile(filled, terminate):
        command_cannot_tell(project, capsys, filled, because)


def test_a_server_that_is_killed_while_the_catalog_is_read(
    project: Project, pytestconfig: pytest.Config
) -> None:
    killed = []

    def kill(holder: Connection[Any], wait: Wait) -> None:
        pid = wait()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):  # the server ends all of its connections
            holder.execute("select pg_catalog.pg_sleep(10)")
        killed.append(pid)

    with databases.start(Config(bin_dir=pytestconfig.getoption("test_bin_dir"))) as server:
        dsn = databases.create(server, name="one", platform="postgres", extensions={}).dsn
        with meanwhile(dsn, kill):
            nobody_can_tell(project.run(f"--schema-dsn={dsn}"), "server closed the connection")
    assert killed


TRIGGERS = """
create function f() returns trigger language plpgsql as 'begin return new; end';
create table doomed (id int);
create trigger t before insert on doomed for each row execute function f();
create table lost (id int);
create trigger t before insert on lost for each row execute function f();
"""


def test_what_is_dropped_while_the_catalog_is_read_is_read_once_more(
    project: Project, filled: Dsn
) -> None:
    def drop(holder: Connection[Any], wait: Wait) -> None:
        wait()
        holder.execute("drop table doomed")

    execute(filled, TRIGGERS)
    with meanwhile(filled, drop):
        result = project.run(f"--schema-dsn={filled}")
    assert shows_no_traceback(text_of(result))
    assert result.ret == 0


def test_a_catalog_that_changes_again_and_again_cannot_be_read(
    project: Project, filled: Dsn
) -> None:
    def drop(holder: Connection[Any], wait: Wait) -> None:
        wait()
        # In one message, so that the second reading finds the lock and waits for it.
        holder.execute(f"drop table doomed; commit; begin; {LOCK}".encode())
        wait()
        holder.execute("drop table lost")

    execute(filled, TRIGGERS)
    with meanwhile(filled, drop):
        result = project.run(f"--schema-dsn={filled}")
    text = text_of(result)
    assert result.ret == 6
    assert "because it was read twice, and both times something went wrong" in text
    assert "try again while nobody changes the schema" in text
    assert "INTERNALERROR" not in text


def test_what_the_server_leaves_out_of_what_was_dropped_is_noticed(filled: Dsn) -> None:
    execute(filled, "create view ids as select id from users")
    catalog = live(filled).catalog
    assert list(gaps(catalog)) == []
    [(key, view)] = catalog.families["views"].items()
    views = {key: view._replace(definition=None)}
    cut = replace(catalog, families=Families({**catalog.families, "views": views}))
    assert list(gaps(cut)) == ["views: public.ids"]


def test_a_database_that_cannot_be_read_after_it_was_built(
    project: Project,
    server: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project.write(
        "migrations/002_hurry.sql",
        "do $$ begin execute format('alter database %I set statement_timeout = 1',"
        " current_database()); end $$;",
    )
    because = "canceling statement due to statement timeout"
    arguments = (f"--schema-server={server.dsn}",)
    nobody_can_tell(project.run(*arguments), because)
    monkeypatch.setenv("PYTEST_SCHEMA_SERVER", str(server.dsn))
    assert main(["checklist"]) == 6
    out, err = capsys.readouterr()
    assert because in out + err
    assert "Traceback" not in out + err


# Queries of the file


SLOW = "pg_class a cross join pg_class b cross join pg_class c cross join pg_class d"
DEAD = """
create function dead(code text) returns int stable language plpgsql as
$$ begin raise exception 'could not connect to server "warehouse"' using errcode = code; end $$
"""


@pytest.mark.parametrize("code", ["08001", "08006", "57P01"])
def test_a_server_that_the_server_asks_is_one_querys_error(
    project: Project, filled: Dsn, code: str
) -> None:
    execute(filled, DEAD)
    project.expect(
        f"data: {{queries: {{remote: {{sql: select dead('{code}'), returns: 0}}, "
        "local: {sql: select 7, returns: 7}}}"
    )
    result = project.run(f"--schema-dsn={filled}")
    assert shows_no_traceback(text_of(result))
    result.assert_outcomes(passed=1, failed=1)
    assert result.ret == 6
    assert f'could not connect to server "warehouse" (SQLSTATE {code})' in text_of(result)


def test_a_connection_that_is_ended_by_a_query_is_the_end_of_the_database(
    project: Project, filled: Dsn, role: Callable[..., Dsn]
) -> None:
    with psycopg.connect(filled) as connection:
        if connection.info.server_version < 170000:
            pytest.skip("transaction_timeout is newer")
    dsn = role("patient", "alter role patient set transaction_timeout = '1500ms'")
    project.expect(
        f"data: {{queries: {{slow: {{sql: select count(*) from {SLOW}, returns: 1}}, "
        "local: {sql: select 7, returns: 7}}}"
    )
    result = project.run("-rs", f"--schema-dsn={dsn}")
    text = text_of(result)
    assert shows_no_traceback(text)
    result.assert_outcomes(failed=1, skipped=1)
    assert result.ret == 6
    assert "because terminating connection due to transaction timeout" in text
    assert "the database went away, see expectations.yaml::data.queries.slow::returns" in text
