"""What holds for the server of every provider."""

import threading
import time
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.errors import ConfigError, DatabaseUnavailable
from pytest_schemaverify.settings.config import DATABASES, Config


def test_the_server_tells_its_version_and_provider(server: Server) -> None:
    with databases.connect(server.dsn) as connection:
        (reported,) = connection.execute("show server_version").fetchone() or ("",)
    assert reported.split()[0] == server.version
    assert server.provider in DATABASES


def test_the_connection_is_a_superusers_and_nobody_else_can_connect(server: Server) -> None:
    with databases.connect(server.dsn) as connection:
        row = connection.execute(
            "select rolsuper, pg_catalog.current_setting('listen_addresses')"
            " from pg_catalog.pg_roles where rolname = current_user"
        ).fetchone()
    # A container is reached from outside of it, with a password that nobody else knows.
    assert row == (True, "*" if server.provider == "container" else "")
    if server.provider == "container":
        stranger = conninfo.make_conninfo(server.dsn, password="x")
        with pytest.raises(DatabaseUnavailable, match="password authentication failed"):
            databases.connect(stranger)


def test_the_server_is_the_same_on_every_machine(server: Server) -> None:
    with databases.connect(server.dsn) as connection:
        settings = [
            connection.execute("select pg_catalog.current_setting(%s)", [name]).fetchone()
            for name in ("timezone", "server_encoding", "default_text_search_config", "wal_level")
        ]
        upper = connection.execute("select pg_catalog.upper('äé')").fetchone()
    assert settings == [("UTC",), ("UTF8",), ("pg_catalog.english",), ("logical",)]
    assert upper == ("ÄÉ",)


def test_a_plain_database_is_empty(server: Server, name: str) -> None:
    built = databases.create(server, name=name, platform="postgres", extensions={})
    with databases.connect(built.dsn) as connection:
        found = connection.execute(
            "select n.nspname from pg_catalog.pg_namespace n"
            " where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1"
        ).fetchall()
    databases.drop(server, name)
    assert found == [("public",)]


def test_extensions_go_into_their_schemas(server: Server, name: str) -> None:
    wanted = {"citext": "extensions", "hstore": None}
    with databases.connect(server.dsn) as connection:
        rows = connection.execute("select name from pg_catalog.pg_available_extensions")
        missing = wanted.keys() - {name for (name,) in rows}
    if missing:
        pytest.skip(f"the server has no {', '.join(sorted(missing))}")
    built = databases.create(server, name=name, platform="supabase", extensions=wanted)
    with databases.connect(built.dsn) as connection:
        found = connection.execute(
            "select extname, extnamespace::regnamespace::text from pg_catalog.pg_extension"
            " where extname in ('citext', 'hstore') order by 1"
        ).fetchall()
    databases.drop(server, name)
    assert found == [("citext", "extensions"), ("hstore", "public")]


def test_an_extension_that_the_server_lacks_is_named_with_the_ways_out(
    server: Server, name: str
) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        databases.create(server, name=name, platform="postgres", extensions={"postgis": None})
    databases.drop(server, name)
    text = str(caught.value)
    assert text.startswith("creating the extension postgis\n")
    assert 'extension "postgis" is not available' in text
    assert "three ways out" in text


def test_somebodys_server_that_lacks_a_stand_in_names_the_ways_out(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_schemaverify.databases.server.HERE", tmp_path)
    with (
        databases.start(Config(database="embedded")) as theirs,
        databases.start(Config(server=theirs.dsn)) as server,
    ):
        with pytest.raises(
            DatabaseUnavailable, match=r"or one of ours \(--schema-database=embedded"
        ):
            databases.create(server, name=name, platform="postgres", extensions={"pg_net": None})
        databases.drop(server, name)


def test_every_server_of_ours_has_stand_ins(server: Server, name: str) -> None:
    wanted = {"pg_net": None, "pgjwt": None}
    built = databases.create(server, name=name, platform="postgres", extensions=wanted)
    databases.drop(server, name)
    assert wanted.keys() <= set(built.stand_ins)


def test_an_extension_that_cannot_be_created_is_told_as_it_is(embedded: Server, name: str) -> None:
    with pytest.raises(DatabaseUnavailable, match='unacceptable schema name "pg_own"'):
        databases.create(embedded, name=name, platform="postgres", extensions={"citext": "pg_own"})
    databases.drop(embedded, name)


def test_an_unknown_platform_is_refused(server: Server, name: str) -> None:
    with pytest.raises(ConfigError, match="choose one of postgres, supabase"):
        databases.create(server, name=name, platform="heroku", extensions={})


OF_DATABASE = """
    select datconnlimit, datistemplate, array(
        select split_part(one::text, '/', 1) from unnest(datacl) as one
        order by one::text collate "C"
    ), shobj_description(oid, 'pg_database')
    from pg_database where datname = current_database()
"""


def test_a_clone_has_the_content_and_the_settings_of_its_template(
    server: Server, name: str
) -> None:
    template = databases.create(server, name=name, platform="postgres", extensions={}).dsn
    copy = f'{name} "copy" — ü'
    with databases.connect(template, autocommit=True) as connection:
        connection.execute("create table remembered as select 7 as number")
        connection.execute(f'alter database {name} set search_path = "$user", public, "odd, one"')
        connection.execute(f"alter database {name} set work_mem = '9MB'")
        connection.execute('create role "a ""role"')
        connection.execute(f'alter role "a ""role" in database {name} set lock_timeout = 3000')
        connection.execute(f"revoke temporary on database {name} from public")
        connection.execute(f'grant create on database {name} to "a ""role" with grant option')
        connection.execute(f"alter database {name} connection limit 80 is_template true")
        connection.execute(f"revoke create on database {name} from current_user")
        if not server.mark:
            connection.execute(f"comment on database {name} is 'a \"\"% comment'")
    dsn = databases.clone(server, name, copy)
    with databases.connect(dsn, autocommit=True) as connection:
        assert connection.execute("table remembered").fetchall() == [(7,)]
        assert connection.execute("show search_path").fetchone() == ('"$user", public, "odd, one"',)
        assert connection.execute("show work_mem").fetchone() == ("9MB",)
        of_role = connection.execute(
            "select setconfig from pg_catalog.pg_db_role_setting s"
            " join pg_catalog.pg_database d on d.oid = s.setdatabase"
            " where s.setrole <> 0 and d.datname = pg_catalog.current_database()"
        ).fetchall()
        assert of_role == [(["lock_timeout=3s"],)]
        assert connection.execute(OF_DATABASE).fetchone() == (
            80,
            True,
            ['"a ""role"=C*', "=c", f"{connection.info.user}=Tc"],
            server.mark or 'a ""% comment',
        )
        connection.execute("drop table remembered")
    with databases.connect(template, autocommit=True) as connection:
        assert connection.execute("table remembered").fetchall() == [(7,)]
    databases.drop(server, copy)
    databases.drop(server, name)
    with databases.connect(server.dsn, autocommit=True) as connection:
        connection.execute('drop role "a ""role"')


def test_a_template_in_use_is_told_apart(server: Server, name: str) -> None:
    dsn = databases.create(server, name=name, platform="postgres", extensions={}).dsn
    with databases.connect(dsn) as connection:
        pid = connection.info.backend_pid
        with pytest.raises(DatabaseUnavailable) as caught:
            databases.clone(server, name, f"{name}_copy")
    databases.drop(server, name)
    assert f"connected to it: pytest-schemaverify (process {pid}, idle)" in str(caught.value)
    assert "close every connection to it first" in str(caught.value)


def test_drop_ends_who_is_still_connected_and_may_be_repeated(server: Server, name: str) -> None:
    dsn = databases.create(server, name=name, platform="postgres", extensions={}).dsn
    connection = databases.connect(dsn)
    databases.drop(server, name)
    databases.drop(server, name)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")
    connection.close()


def test_platforms_can_be_applied_at_the_same_time() -> None:
    problems: list[BaseException] = []

    def build(number: int) -> None:
        try:
            databases.create(server, name=f"at_once_{number}", platform="supabase", extensions={})
        except (psycopg.Error, DatabaseUnavailable) as error:
            problems.append(error)

    with (
        databases.start(Config(database="embedded")) as server,  # one that has no roles yet
        databases.connect(server.dsn) as connection,
    ):
        connection.execute("create role anon")  # whoever creates it too has to wait for us
        threads = [threading.Thread(target=build, args=[number]) for number in range(2)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 30
        waiting = "select pg_catalog.count(*) from pg_catalog.pg_locks where not granted"
        while connection.execute(waiting).fetchone() != (2,) and time.monotonic() < deadline:
            time.sleep(0.01)
        connection.rollback()
        for thread in threads:
            thread.join()
    assert problems == []


def test_copies_that_are_there_at_once_have_names_of_their_own(server: Server, name: str) -> None:
    long = name.ljust(63, "x")
    databases.create(server, name=long, platform="postgres", extensions={})
    with databases.copied(server, long) as one, databases.copied(server, one.dbname) as other:
        assert len({long, one.dbname, other.dbname}) == 3
        with databases.connect(other) as connection:
            assert connection.info.dbname == other.dbname
        query = "select from pg_catalog.pg_database where datname = any (%s)"
        there = [one.dbname, other.dbname]
        with databases.connect(server.dsn) as connection:
            assert len(connection.execute(query, [there]).fetchall()) == 2
    with databases.connect(server.dsn) as connection:
        assert connection.execute(query, [there]).fetchall() == []
    databases.drop(server, long)


def test_a_server_that_is_gone_is_no_traceback_of_the_drivers(place: object) -> None:
    with databases.start(Config(database="embedded")) as server:
        pass
    with pytest.raises(DatabaseUnavailable, match="no server listens on that socket"):
        databases.clone(server, "postgres", "copy")
