"""Databases of ours on somebody's server: only they are touched, and they go."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg import conninfo, sql

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server, ownership
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config
from tests.processes import descendants, ended

from .test_faults import ROOT

VICTIM = """
import sys
from pytest_schemaverify import databases
from pytest_schemaverify.settings.config import Config
with databases.start(Config(server=sys.argv[1])) as server:
    databases.create(server, name="of_a_victim", platform=sys.argv[2], extensions={})
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def existing() -> Iterator[Server]:
    """Somebody's server, with a database of theirs."""
    with databases.start(Config(database="embedded")) as server:
        databases.create(server, name="precious", platform="postgres", extensions={})
        yield server


@pytest.fixture
def ours(existing: Server) -> Iterator[Server]:
    with databases.start(Config(server=existing.dsn)) as server:
        yield server


def ask(server: Server, query: str) -> list[Any]:
    with databases.connect(server.dsn, autocommit=True) as connection:
        return [row[0] for row in connection.execute(query.encode()).fetchall()]


def names(server: Server) -> list[str]:
    """Return the databases of a server besides those that every server has."""
    return ask(
        server,
        "select datname from pg_catalog.pg_database"
        " where datname not in ('postgres', 'template0', 'template1') order by 1",
    )


def roles(server: Server) -> list[str]:
    return ask(server, "select rolname from pg_catalog.pg_roles where rolname !~ '^pg_' order by 1")


Victims = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def victim(existing: Server) -> Iterator[Victims]:
    """Function that starts a run on somebody's server, which has made a database there."""
    with ExitStack() as stack:

        def start(platform: str = "postgres") -> "subprocess.Popen[str]":
            process = subprocess.Popen(
                [sys.executable, "-c", VICTIM, existing.dsn, platform],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(ended(process))
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            return process

        yield start


def keeper_of(process: "subprocess.Popen[str]") -> int:
    (found,) = [pid for pid, command in descendants(process.pid) if "keepers.server" in command]
    return found


def kill(process: "subprocess.Popen[str]", number: int) -> None:
    process.send_signal(number)
    process.communicate()


def wait_until(server: Server, wanted: list[str]) -> None:
    deadline = time.monotonic() + 30
    while names(server) != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    assert names(server) == wanted


def test_everything_of_a_run_goes_and_nothing_else(existing: Server) -> None:
    with databases.start(Config(server=existing.dsn)) as server:
        databases.create(server, name="a", platform="supabase", extensions={})
        databases.clone(server, "a", "b")
        assert names(existing) == ["a", "b", "precious"]
        assert "anon" in roles(existing)
    assert names(existing) == ["precious"]
    assert roles(existing) == ["postgres"]


def test_the_databases_are_marked_for_everybody_to_see(ours: Server, existing: Server) -> None:
    databases.create(ours, name="a", platform="postgres", extensions={})
    comments = ask(
        existing,
        "select pg_catalog.shobj_description(oid, 'pg_database') from pg_catalog.pg_database"
        " where datname = 'a'",
    )
    assert comments == [ours.mark]
    assert ours.mark.startswith("pytest-schemaverify run ")


def test_somebodys_database_is_not_dropped(ours: Server, existing: Server) -> None:
    with pytest.raises(DatabaseUnavailable, match="it is somebody else's"):
        databases.drop(ours, "precious")
    assert names(existing) == ["precious"]


def test_somebodys_database_is_not_copied(ours: Server) -> None:
    with pytest.raises(DatabaseUnavailable, match="it is somebody else's"):
        databases.clone(ours, "precious", "copy")


def test_somebodys_database_is_not_replaced(ours: Server, existing: Server) -> None:
    with pytest.raises(DatabaseUnavailable, match="the server has one of that name"):
        databases.create(ours, name="precious", platform="postgres", extensions={})
    assert names(existing) == ["precious"]


def test_a_database_of_another_run_is_somebodys(ours: Server, existing: Server) -> None:
    with databases.start(Config(server=existing.dsn)) as other:
        databases.create(other, name="theirs", platform="postgres", extensions={})
        with pytest.raises(DatabaseUnavailable, match="it is somebody else's"):
            databases.drop(ours, "theirs")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_a_run_that_is_killed_leaves_nothing(
    existing: Server, victim: Victims, number: int
) -> None:
    kill(victim(), number)
    wait_until(existing, ["precious"])


def test_what_a_run_and_its_keeper_left_goes_with_the_next_run(
    existing: Server, victim: Victims
) -> None:
    process = victim("supabase")
    os.kill(keeper_of(process), signal.SIGKILL)
    kill(process, signal.SIGKILL)
    wait_until(existing, ["of_a_victim", "precious"])
    with databases.start(Config(server=existing.dsn)):
        assert names(existing) == ["precious"]
        assert roles(existing) == ["postgres"]


def test_a_database_whose_creation_was_cut_short_goes_too(existing: Server) -> None:
    with databases.connect(existing.dsn, autocommit=True) as connection:
        connection.execute('create database "schemaverify-new-7-00ff"')
        connection.execute("create database schemaverify_new")
    with databases.start(Config(server=existing.dsn)):
        assert names(existing) == ["precious", "schemaverify_new"]


def test_a_run_that_lives_keeps_its_databases_when_another_begins(
    existing: Server, victim: Victims
) -> None:
    process = victim("supabase")
    its_roles = roles(existing)
    with databases.start(Config(server=existing.dsn)):
        assert names(existing) == ["of_a_victim", "precious"]
    assert names(existing) == ["of_a_victim", "precious"]
    assert roles(existing) == its_roles  # also those that no object depends on
    process.communicate()
    wait_until(existing, ["precious"])
    assert roles(existing) == ["postgres"]


def test_roles_that_were_there_are_neither_changed_nor_dropped(existing: Server) -> None:
    with databases.connect(existing.dsn, autocommit=True) as connection:
        connection.execute("create role anon connection limit 7")
        connection.execute("create role authenticator")
    with databases.start(Config(server=existing.dsn)) as server:
        databases.create(server, name="a", platform="supabase", extensions={})
    assert roles(existing) == ["anon", "authenticator", "postgres"]
    settings = ask(
        existing,
        "select pg_catalog.concat(rolconnlimit, rolconfig, rolcanlogin)"
        " from pg_catalog.pg_roles where rolname in ('anon', 'authenticator') order by rolname",
    )
    assert settings == ["7f", "-1f"]
    assert (
        ask(existing, "select member from pg_catalog.pg_auth_members where roleid >= 16384") == []
    )


def test_a_server_whose_superuser_has_another_name_gets_the_platforms_postgres(
    existing: Server,
) -> None:
    boss = as_role(existing, "boss", "superuser")
    with databases.connect(boss, autocommit=True) as connection:
        connection.execute("alter role postgres rename to first")
    with databases.start(Config(server=boss)) as server:
        databases.create(server, name="a", platform="supabase", extensions={})
        assert {"first", "boss", "postgres", "anon"} <= set(roles(server))
    with databases.connect(boss, autocommit=True) as connection:
        found = connection.execute(
            "select rolname from pg_catalog.pg_roles where rolname !~ '^pg_' order by 1"
        ).fetchall()
    assert found == [("boss",), ("first",)]


def test_a_kept_database_stays_and_says_so(existing: Server) -> None:
    with databases.start(Config(server=existing.dsn, keep=True)) as server:
        databases.create(server, name="a", platform="postgres", extensions={})
        assert any(ownership.KEPT in note for note in server.notes)
    with databases.start(Config(server=existing.dsn)):
        pass
    assert names(existing) == ["a", "precious"]


def test_a_database_to_be_kept_goes_with_a_run_that_fails(existing: Server) -> None:
    def fails() -> None:
        with databases.start(Config(server=existing.dsn, keep=True)) as server:
            databases.create(server, name="a", platform="postgres", extensions={})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert names(existing) == ["precious"]


def as_role(existing: Server, name: str, attributes: str) -> Dsn:
    with databases.connect(existing.dsn, autocommit=True) as connection:
        create = sql.SQL("create role {} login ").format(sql.Identifier(name))
        connection.execute(create + sql.SQL(attributes))
    return Dsn(conninfo.make_conninfo(existing.dsn, user=name))


def test_a_role_that_may_create_databases_is_enough_for_a_plain_one(existing: Server) -> None:
    dsn = as_role(existing, "modest", "createdb")
    with databases.start(Config(server=dsn)) as server:
        databases.create(server, name="a", platform="postgres", extensions={"citext": None})
        databases.clone(server, "a", "b")
        databases.drop(server, "b")
        assert names(existing) == ["a", "precious"]
    assert names(existing) == ["precious"]


def test_where_temporary_files_cannot_be_bounded_is_said(existing: Server) -> None:
    dsn = as_role(existing, "modest", "createdb")
    for role, said in ((dsn, True), (existing.dsn, False)):
        with databases.start(Config(server=role)) as server:
            assert any("may not set temp_file_limit" in note for note in server.notes) is said


def test_a_platform_takes_a_superuser_and_says_so(existing: Server) -> None:
    dsn = as_role(existing, "modest", "createdb")
    with (
        databases.start(Config(server=dsn)) as server,
        pytest.raises(DatabaseUnavailable, match="it takes a superuser") as caught,
    ):
        databases.create(server, name="a", platform="supabase", extensions={})
    assert "say `platform: postgres`" in str(caught.value)
    assert names(existing) == ["precious"]


def test_a_role_that_may_not_create_databases_is_told_so(existing: Server) -> None:
    dsn = as_role(existing, "poor", "nocreatedb")
    with (
        pytest.raises(
            DatabaseUnavailable, match="the role poor may not create databases"
        ) as caught,
        databases.start(Config(server=dsn)),
    ):
        pass
    assert 'alter role "poor" createdb' in str(caught.value)


def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    dsn = "postgresql://me:secret@127.0.0.1:9/postgres"
    with (
        pytest.raises(DatabaseUnavailable, match="that the server is running") as caught,
        databases.start(Config(server=dsn)),
    ):
        pass
    assert "secret" not in str(caught.value)


def test_without_a_dsn_it_is_asked_for() -> None:
    with (
        pytest.raises(DatabaseUnavailable, match="--schema-server names none"),
        databases.start(Config(database="server")),
    ):
        pass


def test_the_server_decides_for_auto(existing: Server) -> None:
    with databases.start(Config(server=existing.dsn)) as server:
        assert server.provider == "server"
        assert server.notes[0] == "chosen because --schema-server names it"


def test_a_session_that_reads_the_leftovers_is_no_obstacle(existing: Server) -> None:
    with databases.start(Config(server=existing.dsn)) as server:
        dsn = databases.create(server, name="a", platform="postgres", extensions={}).dsn
        connection = databases.connect(dsn)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")
    connection.close()
    assert names(existing) == ["precious"]


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "xdist"])
def test_a_project_is_verified_there_and_leaves_nothing(
    pytester: pytest.Pytester, existing: Server, workers: list[str]
) -> None:
    pytester.mkdir("migrations").joinpath("001_users.sql").write_text("create table users (id int)")
    pytester.path.joinpath("expectations.yaml").write_text(
        "migrations: {directory: migrations}\ntables: {users: {columns: {id: integer}}}\n"
    )
    # As when pytest puts a folder of tests there.
    pytester.makeconftest("import sys; sys.path.insert(0, 'names')")
    pytester.mkdir("names").joinpath("signal.py").write_text("raise SystemExit('not this one')")
    dsn = conninfo.make_conninfo(existing.dsn, password="hunter2")
    result = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", f"--schema-server={dsn}", "-v", *workers, "expectations.yaml"
    )
    result.stdout.fnmatch_lines(["*disposable PostgreSQL * (server)*", "*--schema-server names it"])
    assert result.ret == 0
    assert "hunter2" not in result.stdout.str() + result.stderr.str()
    assert names(existing) == ["precious"]
