"""A password is never shown: not in messages, tracebacks, reports or the workers' output."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.settings.config import Config
from tests.projects import EXPECTATIONS, MIGRATION, NUMBER, WRONG, Project, text_of
from tests.projects import project as project  # a fixture

SECRET = "Tr0ub4dor"
LOUD = (
    "-vv", "--showlocals", "--full-trace", "-rA", "--tb=long", "--junitxml=all.xml",
    "--log-level=DEBUG", "--log-file=all.log", "-o", "log_cli=true",
)  # fmt: skip

TESTS = """
import pytest

def test_fails(schema_dsn, schema_connection, schema_catalog, pytestconfig):
    session = [value for value in pytestconfig.stash._storage.values()]
    assert schema_dsn == schema_connection == session

@pytest.fixture
def broken(schema_dsn, request):
    raise RuntimeError(repr(schema_dsn))

def test_cannot_be_set_up(broken): pass
"""


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server that wants a password from everybody but the superuser."""
    with databases.start(Config(database="embedded")) as server:
        with databases.connect(server.dsn, autocommit=True) as connection:
            connection.execute(MIGRATION.encode())
            connection.execute(
                f"create role guest login password '{SECRET}'; alter role guest bypassrls;"
                f"grant pg_read_all_data to guest; create role other login password '{SECRET}x'"
            )
            row = connection.execute("show hba_file").fetchone() or ("",)
            rules = Path(row[0])
            rules.write_text("local all guest,other scram-sha-256\n" + rules.read_text())
            connection.execute("select pg_catalog.pg_reload_conf()")
        yield server


def dsns(server: Server) -> dict[str, str]:
    """Return DSNs with the password, by what goes wrong with them."""

    def made(**changes: str) -> str:
        return conninfo.make_conninfo(
            server.dsn, **{"user": "guest", "password": SECRET, **changes}
        )

    host = conninfo.conninfo_to_dict(server.dsn)["host"]
    return {
        "nothing": made(),
        "nothing, as a URI": f"postgresql://guest:{SECRET}@:5432/postgres?host={host}",
        "wrong password": made(user="other"),
        "unknown database": made(dbname="none"),
        "refused": f"postgresql://guest:{SECRET}@127.0.0.1:1/x",
        "unknown host": f"postgresql://guest:{SECRET}@nowhere.invalid/x",
        "unreadable": f"postgresql://guest:{SECRET}/y@127.0.0.1/x",
        "not a DSN": f"guest {SECRET}",
        "bad option": made(sslmode="perhaps"),
        "secret elsewhere": f"postgresql://127.0.0.1:1/x?password={SECRET}&sslpassword={SECRET}",
    }


WAYS = ["nothing", "nothing, as a URI", "wrong password", "unknown database",
        "refused", "unknown host", "unreadable", "not a DSN", "bad option",
        "secret elsewhere"]  # fmt: skip


BROKEN = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report):
    raise TypeError("unforeseen")
"""


def test_options_do_not_show_it_among_the_values_of_variables(
    project: Project, guarded: Server
) -> None:
    project.write("test_a.py", "def test_a(pytestconfig):\n    o = pytestconfig.option; assert 0\n")
    options = [f"--schema-{name}={dsns(guarded)['nothing']}" for name in ("dsn", "server")]
    for option in options:
        result = project.run(*LOUD, "-vvv", option, "-k", "test_a")
        assert f"{option.partition('=')[0].strip('-').replace('-', '_')}=Dsn(" in text_of(result)
        assert SECRET not in everything(project, result)
    project.write("conftest.py", BROKEN)
    result = project.run(*LOUD, "-vvv", options[0])
    assert "INTERNALERROR> TypeError: unforeseen" in text_of(result).replace("E       ", "")
    assert SECRET not in everything(project, result)


def everything(project: Project, result: pytest.RunResult) -> str:
    """Return all that a run has printed and written."""
    written = [
        path.read_text(errors="replace")
        for path in project.path.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".ini", ".pyc", ".sql")
    ]
    assert written
    return text_of(result) + "\n".join(written)


@pytest.mark.parametrize("way", WAYS)
def test_the_option_never_shows_it(project: Project, guarded: Server, way: str) -> None:
    project.expect(WRONG)
    project.write("test_users.py", TESTS)
    result = project.run(*LOUD, f"--schema-dsn={dsns(guarded)[way]}")
    assert result.ret in ((4,) if way in ("unreadable", "not a DSN", "bad option") else (1, 6))
    assert SECRET not in everything(project, result)


@pytest.mark.parametrize("way", ["nothing", "unreadable"])
def test_neither_does_the_environment_or_the_ini_key(
    project: Project, guarded: Server, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    project.expect(WRONG)
    project.write("test_users.py", TESTS)
    dsn = dsns(guarded)[way]
    monkeypatch.setenv("PYTEST_SCHEMA_DSN", dsn)
    assert SECRET not in everything(project, project.run(*LOUD))
    monkeypatch.delenv("PYTEST_SCHEMA_DSN")
    project.write("pytest.ini", "[pytest]\nschema_dsn = " + dsn.replace("%", "%%") + "\n")
    assert SECRET not in everything(project, project.run(*LOUD))


def test_nor_does_a_password_that_libpq_finds_by_itself(
    project: Project, guarded: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.expect(WRONG)
    dsn = conninfo.make_conninfo(guarded.dsn, user="guest")
    monkeypatch.setenv("PGPASSWORD", SECRET)
    result = project.run(*LOUD, f"--schema-dsn={dsn}")
    assert "actual      text" in text_of(result)
    assert SECRET not in everything(project, result)
    monkeypatch.setenv("PGPASSWORD", f"{SECRET}-wrong")
    result = project.run(*LOUD, f"--schema-dsn={dsn}")
    assert "password authentication failed" in text_of(result)
    assert SECRET not in everything(project, result)


def test_the_workers_of_xdist_do_not_show_it(project: Project, guarded: Server) -> None:
    project.expect(WRONG)
    project.write("test_users.py", TESTS + "\ndef test_crash():\n    import os\n    os._exit(3)\n")
    result = project.run_apart("-n1", *LOUD, f"--schema-dsn={dsns(guarded)['nothing']}")
    assert "actual      text" in text_of(result)
    assert SECRET not in everything(project, result)


def test_a_server_that_goes_away_does_not_show_it(project: Project, guarded: Server) -> None:
    project.write(
        "conftest.py",
        f"""
import psycopg

def pytest_runtest_logstart(nodeid):
    if nodeid.endswith("data.users::rows"):
        with psycopg.connect({str(guarded.dsn)!r}, autocommit=True) as connection:
            connection.execute("alter role guest nologin")
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                               " where usename = 'guest'")
""",
    )
    project.expect(EXPECTATIONS)
    try:
        result = project.run(*LOUD, f"--schema-dsn={dsns(guarded)['nothing']}")
    finally:
        with psycopg.connect(guarded.dsn) as connection:
            connection.execute("alter role guest login")
    assert result.ret == 6
    assert SECRET not in everything(project, result)


def test_a_bug_of_ours_would_not_show_it(project: Project, guarded: Server) -> None:
    """Something unforeseen gets a traceback with all locals; the password is not among them."""
    project.write(
        "conftest.py",
        """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        item.verification.results.__class__.of = broken

def broken(self, planned):
    settings = self._contract.config
    target = self._database.target
    facts = self.facts
    raise TypeError("unforeseen")
""",
    )
    from pytest_schemaverify.verification.results import Results

    result_method = Results.of
    try:
        result = project.run(*LOUD, f"--schema-dsn={dsns(guarded)['nothing']}")
    finally:
        Results.of = result_method  # type: ignore[method-assign]
    assert "TypeError: unforeseen" in text_of(result)
    assert SECRET not in everything(project, result)


BUILT = """
create extension postgres_fdw;
create role shop login;
alter role shop set app.api_token = 'Zq9xROLE77 of it';
alter role shop set app.dsn = 'postgresql://me:Zq9xLINK77@db.shop.io/app';
do $$ begin
  execute format('alter database %I set app.jwt_secret = %L', current_database(), 'Zq9xBASE77 x');
  raise warning 'the password is %', 'Zq9xSAID77';
end $$;
create table users (
  id int primary key,
  api_key text default 'Zq9xDEFAULT77',
  secret text check (secret <> 'Zq9xCHECK77')
);
comment on table users is 'log in with password=Zq9xCOMMENT77';
comment on column users.api_key is '{"password": "Zq9xCOLUMN77"}';
create index users_secret on users (id) where secret = 'Zq9xINDEX77';
alter table users enable row level security;
create policy secret on users using (secret = 'Zq9xPOLICY77');
create view v as select id from users where secret = 'Zq9xVIEW77';
create function f(p_secret text default 'Zq9xARGUMENT77') returns text language sql
  set app.token = 'Zq9xFUNCTION77' as $$ select 'x'::text where p_secret = 'Zq9xBODY77' $$;
create server far foreign data wrapper postgres_fdw options (host 'h', dbname 'd');
insert into users (id, secret) values (1, 'Zq9xROW77'), (2, 'Zq9xROW77');
create user mapping for shop server far options (user 'u', password 'Zq9xMAPPING77');
"""
SAID = """
migrations:
  {directory: migrations, apply: [001_users.sql], rollback: rollback.sql, reversible: true}
rules: {no_credentials: true}
roles: {shop: {settings: {app.api_token: absent, app.dsn: absent}}}
tables:
  users:
    comment: another
    columns:
      api_key: {type: text, default: absent, comment: another}
    checks: {users_secret_check: {expression: "true"}}
    indexes: {users_secret: {where: "true"}}
    rls: {policies: {secret: {using: "true"}}}
views: {v: {definition: select 1}}
functions: {f(text): {settings: {app.token: other}, body: "sha256:0"}}
foreign_servers: {far: {options: {host: other}}}
data:
  users: {accepted: {secret: [other]}, unique: [[secret]]}
  queries:
    json: {sql: "select col_description('users'::regclass, 2)", returns: x}
"""
FAILS = """
create role a password $$Zq9xBEFORE77$$;
select nothing();
-- token=Zq9xAFTER77
"""
KNOWN = "--schema-baseline=known.json"


def test_no_output_of_a_run_shows_what_migrations_hold(project: Project) -> None:
    project.write("migrations/001_users.sql", BUILT)
    project.write("migrations/rollback.sql", "drop table users cascade; drop function f;")
    project.expect(SAID)
    project.write("broken/001_a.sql", FAILS)
    project.write("broken.expectations.yaml", "migrations: {directory: broken}")
    for more in ([], [KNOWN], [KNOWN, "-n1"]):
        result = project.run_apart(*LOUD, *more)
        shown = everything(project, result)
        assert "app.jwt_secret" in shown
        assert set(re.findall(r"Zq9x[A-Z]+77", shown)) == set()
    assert len(json.loads((project.path / "known.json").read_text())["findings"]) > 15


READS = """
import os
from pathlib import Path

def test_reads(schema_dsn, pytestconfig):
    folder = Path(pytestconfig.workerinput["schemaverify"])
    left = [path for path in folder.rglob("*") if path.is_file()]
    assert len(left) >= 2
    for path in left:
        assert b"Tr0u" not in path.read_bytes() and b"hush" not in path.read_bytes(), path
        assert b"users" not in path.read_bytes() or path.name.startswith("wanted")
"""


def test_nothing_that_workers_share_can_be_read_by_others(
    project: Project, guarded: Server
) -> None:
    """A killed run leaves its files behind; what is in them takes a key that no file has."""
    project.expect(WRONG)
    project.write("test_reads.py", READS)
    result = project.run_apart("-n2", f"--schema-dsn={dsns(guarded)['nothing']}")
    assert "test_reads" not in text_of(result)
    result.assert_outcomes(passed=NUMBER - 1, failed=1, skipped=1)


def test_the_line_to_a_kept_database_has_no_password(project: Project, guarded: Server) -> None:
    with databases.connect(guarded.dsn, autocommit=True) as connection:
        connection.execute(f"create role maker superuser login password '{SECRET}'")
    dsn = conninfo.make_conninfo(guarded.dsn, user="maker", password=SECRET)
    result = project.run(*LOUD, f"--schema-server={dsn}", "--schema-keep")
    text = everything(project, result)
    assert SECRET not in text
    found = re.search(r"what was verified: psql '(.*)', with its password in PGPASSWORD", text)
    assert found
    with psycopg.connect(found[1], password=SECRET) as connection:
        assert connection.execute("select count(*) from users").fetchone() == (0,)


def test_what_a_query_returns_for_a_secret_is_not_shown(project: Project) -> None:
    project.write("migrations/1_keys.sql", "create table keys (id int, api_key text);")
    project.expect(
        "migrations: {directory: migrations}\n"
        "data:\n"
        "  queries:\n"
        "    one: {sql: \"select 'four' || 'teen' as password\", returns: 'twelve'}\n"
        "    row: {sql: \"select 7 as id, 'four' || 'teen' as api_key\", returns: [8, 'twelve']}\n"
    )
    result = project.run()
    text = text_of(result)
    assert "fourteen" not in text
    assert "twelve" not in text
    assert 'expected    [8, "***"]' in text
    assert 'actual      [7, "***"]' in text
