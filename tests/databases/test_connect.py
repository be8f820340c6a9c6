"""Connections: what their errors say, what never shows, and how little reading may do."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server, poolers
from pytest_schemaverify.databases.connection_errors import remedy
from pytest_schemaverify.databases.foreign_dsns import understood
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.databases.unreadable_dsns import require_readable
from pytest_schemaverify.errors import ConfigError, DatabaseUnavailable, Refused, SchemaVerifyError
from pytest_schemaverify.settings.config import Config

SECRET = "s3cr3t"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server that wants a password from the role `guest`."""
    with databases.start(Config(database="embedded")) as server:
        with databases.connect(server.dsn, autocommit=True) as connection:
            connection.execute(f"create role guest login password '{SECRET}'")
            row = connection.execute("show hba_file").fetchone() or ("",)
            rules = Path(row[0])
            ours = "local all guest scram-sha-256\nlocal all barred reject\n"
            rules.write_text(ours + rules.read_text())
            connection.execute("select pg_catalog.pg_reload_conf()")
        yield server


def as_guest(server: Server, **changes: Any) -> Dsn:
    return Dsn(conninfo.make_conninfo(server.dsn, user="guest", password=SECRET, **changes))


def failure(dsn: str) -> str:
    with pytest.raises(SchemaVerifyError) as caught:
        databases.connect(dsn)
    text = str(caught.value)
    assert SECRET not in text
    return text


def test_a_dsn_hides_its_password_but_has_it() -> None:
    dsn = Dsn(f"postgresql://me:{SECRET}@db.example.org:6543/app?sslmode=require")
    assert SECRET not in repr(dsn)
    assert SECRET not in databases.redacted(dsn)
    assert "db.example.org" in databases.redacted(dsn)
    assert SECRET in dsn
    assert SECRET in f"{dsn}"


MISREAD = {
    f"postgresql://me:{SECRET}%zz@db/app": "password has %, .*\n.*write %25 for %",
    f"postgresql://me:12/{SECRET}@db/app": "password has /, .*\n.*write %2F for /",
    f"postgresql://me:{SECRET}/x@db/app": "password has /, .*\n.*write %2F for /",
    f"postgresql://me:x@{SECRET}@db/app": "password has @, .*\n.*write %40 for @",
    f"postgresql://me:{SECRET} ?/x@db/app": "password has /.* and a blank, .*\n.*%20 for a blank",
    f"postgresql://me@az:{SECRET}@db/app": "user name has @, .*\n.*write %40 for @",
    f"postgresql://me:{SECRET}@db:x/app": "no number of a port",
    f"postgresql://me:{SECRET}@[::1/app": "a bracket in the host is not closed",
    f"me:{SECRET}@db/app": "write postgresql:// in front",
    f"host=db password=a {SECRET}": "single quotes",
    f"host=db;port=1;password={SECRET}": "semicolons",
    f"host=db port=1;password={SECRET}": "semicolons",
    f"user=me;password={SECRET} host=db": "semicolons",
    f"Server=db;Database=app;Password={SECRET};": "semicolons",
    f"host=db dbname=postgresql://me:{SECRET}@db/app": "a value in it has a blank, @",
    f"host=db port={SECRET}": "a port is no number",
}
"""DSNs in which libpq takes a part of the password for something else, or reads nothing at all."""

FOREIGN = {
    f"jdbc:postgresql:app?password={SECRET}": "two slashes are missing",
    f"postgresql:/me:{SECRET}@db/app": "two slashes are missing",
    f"mysql://me:{SECRET}@db/app?x=y": "the scheme mysql://\n  do      name a PostgreSQL database",
    f"https://me:{SECRET}@abc.supabase.co": "address of a website",
    f"prisma+postgres://accelerate.net/?api_key={SECRET}": "Prisma's own service",
    f"'postgresql://me:{SECRET}@db/app'": "it begins with a quote",
    f"psql postgresql://me:{SECRET}@db/app": "it begins with the command psql",
    f"DATABASE_URL=postgresql://me:{SECRET}@db/app": "DATABASE_URL= stands in front",
    "${DATABASE_URL}": "--schema-dsn-env=DATABASE_URL",
    "postgresql://me:${PW}@db/app": r"nothing fills in \$\{PW\} here",
    f"postgresql://me:{{{{ {SECRET} }}}}@db/app": "nothing fills in {{…}}",
    "postgresql://me:[YOUR-PASSWORD]@db/app": r"\[YOUR-PASSWORD\] is still in it",
    f"postgresql://me:<{SECRET}-password>@db/app": "a placeholder is still in it",
    "host=db user=me password=****": "a placeholder is still in it",
    f"postgresql://me:{SECRET}@db/app?schema=shop": "write options=-csearch_path%3Dshop in",
    f"postgresql://db/app?password={SECRET}&currentSchema=a": "options=-csearch_path%3DNAME in",
    f"postgresql://me:{SECRET}@db/app?sslaccept=strict": "write sslmode=verify-full",
    f"postgresql://me:{SECRET}@db/app?sslmode=no-verify": "require checks no certificate",
    f"postgresql://me:{SECRET}@db/app?foo=bar": "knows no parameter foo\n  do      leave",
    f"host=db pasword={SECRET}": "knows no parameter pasword\n  do      did you mean password",
    f"host=db sslmode=on password={SECRET}": 'invalid sslmode value: "on"',
    f"host=db port=70000 password={SECRET}": 'invalid port number: "70000"',
    f"host=db,other port=1,2,3 password={SECRET}": "could not match 3 port numbers to 2 hosts",
}
"""DSNs as other tools want them, or with a slip of the pen, and what is told."""

OF_OTHERS = {
    "postgresql://me:a@db/app?pgbouncer=true&sslmode=require&connection_limit=1": (
        "postgresql://me:a@db/app?sslmode=require",
        "without it: pgbouncer, connection_limit (Prisma)",
    ),
    "postgresql://me:a@db/app?schema=public": ("postgresql://me:a@db/app", "schema (Prisma)"),
    "postgresql://me:a@db/app?supa=base-pooler.x": ("postgresql://me:a@db/app", "(Supabase)"),
    "postgresql+asyncpg://me:a@db/app?ssl=require": (
        "postgresql://me:a@db/app?sslmode=require",
        "begins with postgresql+asyncpg://, which is read as postgresql://",
    ),
    "postgresql+psycopg2://me:a@db": ("postgresql://me:a@db", "begins with postgresql+psycopg2"),
    "jdbc:postgresql://db/app?user=me&ssl=true&sslmode=verify-full": (
        "postgresql://db/app?user=me&sslmode=verify-full",
        "begins with jdbc:postgresql://",
    ),
    "ecto://me:a@db/app?pool_size=10": ("postgresql://me:a@db/app", "pool_size (Ecto)"),
    " Postgres://me:a@db/app?statusColor=F&tLSMode=0\n": (
        "postgresql://me:a@db/app",
        "statusColor, tLSMode (TablePlus)",
    ),
    "postgres://me:a@db/app?x-lock=1&options=-c%20a%3Db&application_name=x": (
        "postgresql://me:a@db/app?options=-c%20a%3Db&application_name=x",
        "x-lock (golang-migrate)",
    ),
    # What may be a part of a password stays where it is.
    "postgresql://me:a?pgbouncer=true@db/app": ("postgresql://me:a?pgbouncer=true@db/app", ""),
    "postgresql://me:a/b?pgbouncer=true@db/app": ("postgresql://me:a/b?pgbouncer=true@db/app", ""),
    "host=db password=a?pgbouncer=true": ("host=db password=a?pgbouncer=true", ""),
    "service=prod": ("service=prod", ""),
}
"""DSNs of other tools, with what libpq gets and a part of what the header says."""


@pytest.mark.parametrize("dsn", OF_OTHERS)
def test_a_dsn_of_another_tool_is_understood_and_told(dsn: str) -> None:
    read, (wanted, told) = understood(dsn, "--schema-dsn"), OF_OTHERS[dsn]
    assert read.dsn == wanted
    assert told in "\n".join(read.notes)
    assert bool(told) is bool(read.notes)


@pytest.mark.parametrize(
    ("host", "port", "told"),
    [
        ("aws-0-eu-west-1.pooler.supabase.com", 6543, "Supabase's pooler, in transaction mode"),
        ("aws-0-eu-west-1.pooler.supabase.com", 5432, "Supabase's pooler, in session mode"),
        ("db.abc.supabase.co", 6543, "the project's PgBouncer, in transaction mode"),
        ("db.abc.supabase.co", 5432, ""),
        ("ep-calm-sea-1-pooler.eu-1.aws.neon.tech", 5432, "Neon's PgBouncer, in transaction"),
        ("ep-calm-sea-1.eu-1.aws.neon.tech", 5432, ""),
        ("/tmp", 5432, ""),
    ],
)
def test_a_pooler_is_known_by_its_host_and_port(host: str, port: int, told: str) -> None:
    assert told in poolers.note(host, port)
    assert bool(told) is bool(poolers.note(host, port))


@pytest.mark.parametrize(
    "dsn",
    [
        f"host=db password='{SECRET} two' sslpassword={SECRET}",
        f"postgresql://db/app?password={SECRET}",
        f"host=db oauth_client_secret={SECRET}",
        f"host=db options='-c app.jwt_secret={SECRET}'",
        f"postgres://me:{SECRET}%40@db/app",
        *MISREAD,
        *FOREIGN,
    ],
)
def test_a_password_never_shows_however_the_dsn_is_written(dsn: str) -> None:
    assert SECRET not in databases.redacted(dsn)
    assert SECRET not in repr(Dsn(dsn))


@pytest.mark.parametrize("dsn", MISREAD)
def test_a_dsn_that_libpq_would_take_apart_wrongly_is_refused(dsn: str) -> None:
    with pytest.raises(ConfigError, match=MISREAD[dsn]) as caught:
        databases.connect(dsn)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("dsn", FOREIGN)
def test_what_libpq_says_of_a_dsn_is_passed_on(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "nonsense")  # what the environment says is not of the DSN
    with pytest.raises(ConfigError, match=FOREIGN[dsn]) as caught:
        databases.connect(dsn)
    assert SECRET not in str(caught.value)


def test_a_service_that_is_not_there_is_told_with_those_that_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "services"
    file.write_text(f"[prod]\nhost=db.invalid\nhostaddr=127.0.0.1\npassword={SECRET}\n[stage]\n")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    require_readable("host=db,other port=1,2 service=prod", "the DSN")
    with pytest.raises(ConfigError, match="write service=prod; there are prod, stage") as caught:
        require_readable("service=prd", "the DSN")
    assert SECRET not in str(caught.value)
    monkeypatch.setenv("PGSERVICE", "prd")
    with pytest.raises(ConfigError, match=r'"prd" not found\n  do +write service=prod'):
        require_readable("user=me", "the DSN")


def test_a_wrong_password_is_told_apart(guarded: Server) -> None:
    with databases.connect(as_guest(guarded)) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    text = failure(as_guest(guarded).replace(SECRET, "wrong"))
    assert 'password authentication failed for user "guest"' in text
    assert "check user and password in the DSN" in text


def test_a_missing_password_is_told_apart(guarded: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    text = failure(conninfo.make_conninfo(guarded.dsn, user="guest"))
    assert "no password supplied" in text
    assert "PGPASSWORD" in text


def test_a_database_that_does_not_exist_is_told_apart(embedded: Server) -> None:
    text = failure(conninfo.make_conninfo(embedded.dsn, dbname="nothing"))
    assert 'database "nothing" does not exist' in text
    assert "check the database's name" in text


def test_a_role_that_does_not_exist_is_told_apart(embedded: Server) -> None:
    text = failure(conninfo.make_conninfo(embedded.dsn, user="nobody_here"))
    assert 'role "nobody_here" does not exist' in text
    assert "check the user's name" in text


def test_a_user_who_is_not_admitted_is_told_apart(guarded: Server) -> None:
    text = failure(conninfo.make_conninfo(guarded.dsn, user="barred"))
    assert "pg_hba.conf rejects connection" in text
    assert "the server does not admit this user, database or address" in text


@pytest.mark.parametrize(
    ("message", "host", "told"),
    [
        ("Network is unreachable", "db.abc.supabase.co", "session pooler"),
        ("failed to resolve host 'db.abc.supabase.co': [Errno -5] No address", "db.abc.supabase.co",
         "session pooler"),
        ("Network is unreachable", "db.example.org", "no way to that address"),
        ("Connection refused", "db.abc.supabase.co", "check host and port"),
        ("FATAL:  Tenant or user not found", "aws-0.pooler.supabase.com", "postgres.PROJECT"),
        ("FATAL:  MaxClientsInSessionMode: max clients reached", "", "port 6543"),
        ("FATAL:  unsupported startup parameter: options", "", "take options out"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "a"', "", "sslmode=require"),
        ("received invalid response to SSL negotiation: H", "", "no PostgreSQL"),
        ("expected authentication request from server, but received H", "", "no PostgreSQL"),
        ('server certificate for "a" does not match host name "b"', "", "the host's own name"),
        ('root certificate file "/root/.postgresql/root.crt" does not exist', "", "sslrootcert"),
        ('FATAL:  role "app" is not permitted to log in', "", "alter role"),
        ('FATAL:  permission denied for database "app"', "", "grant connect on database"),
        ('FATAL:  too many connections for role "app"', "", "has to end first"),
        ('FATAL:  password authentication failed for user "postgres"', "db.abc.supabase.co",
         "the brackets of [YOUR-PASSWORD] are no part of it"),
    ],
)  # fmt: skip
def test_what_servers_and_libpq_say_has_a_remedy(message: str, host: str, told: str) -> None:
    assert told in remedy(message, host)


def test_a_closed_port_is_told_apart() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        text = failure(f"host=127.0.0.1 port={closed.getsockname()[1]} password={SECRET}")
    assert "Connection refused" in text
    assert "check host and port, and that the server is running" in text


def test_a_server_that_does_not_answer_is_told_apart() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        text = failure(f"host=127.0.0.1 port={port} password={SECRET} connect_timeout=2")
    assert "timeout" in text
    assert "firewall" in text


def test_a_missing_socket_is_told_apart(tmp_path: Path) -> None:
    assert "no server listens on that socket" in failure(f"host={tmp_path}")


def test_the_error_keeps_nothing_of_the_driver_that_could_show_the_password() -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        databases.connect(f"host=/nonexistent password={SECRET}")
    assert caught.value.__context__ is None
    frames = [entry.frame for entry in caught.traceback if str(entry.path).endswith("dsn.py")]
    assert frames
    assert all(SECRET not in repr(value) for f in frames for value in f.f_locals.values())


def test_the_application_is_named_unless_the_dsn_does(embedded: Server) -> None:
    for dsn, expected in (
        (embedded.dsn, "pytest-schemaverify"),
        (conninfo.make_conninfo(embedded.dsn, application_name="mine"), "mine"),
    ):
        with databases.connect(dsn) as connection:
            row = connection.execute("show application_name").fetchone()
        assert row == (expected,)


def test_a_read_only_connection_cannot_write(embedded: Server) -> None:
    with databases.read_only(embedded.dsn) as connection:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("create table written ()")
        Reader(connection).begin()
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("create table written ()")
        connection.rollback()
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("create table written ()")


def test_reading_is_limited_in_time_and_sees_one_moment(embedded: Server) -> None:
    with databases.read_only(embedded.dsn) as connection:
        for name, value in (
            ("transaction_isolation", "repeatable read"),
            ("statement_timeout", "1min"),
            ("lock_timeout", "2s"),
            ("idle_in_transaction_session_timeout", "10min"),
        ):
            row = connection.execute("select pg_catalog.current_setting(%s)", [name]).fetchone()
            assert row == (value,)


def test_reading_leaves_no_trace_in_the_session_for_whom_a_pooler_hands_it_next(
    embedded: Server,
) -> None:
    with databases.read_only(embedded.dsn) as connection:
        connection.commit()
        connection.read_only = None
        connection.isolation_level = None
        connection.autocommit = True
        changed = connection.execute(
            "select name, setting from pg_catalog.pg_settings where source = 'session' order by 1"
        ).fetchall()
        prepared = connection.execute("select name from pg_catalog.pg_prepared_statements")
        assert changed == []
        assert prepared.fetchall() == []
        assert connection.execute("show default_transaction_read_only").fetchone() == ("off",)


def test_waiting_for_a_lock_ends_soon(embedded: Server, name: str) -> None:
    dsn = databases.create(embedded, name=name, platform="postgres", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as owner:
        owner.execute("create table locked ()")
        with owner.transaction():
            owner.execute("lock table locked in access exclusive mode")
            with (
                databases.reader(dsn) as reader,
                pytest.raises(Refused, match="55P03"),
            ):
                reader.rows("table locked")
    databases.drop(embedded, name)
