"""Roles of a live server: those of the files are as the files make them, the others are others'."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.rehearsal.drift import cluster_drift
from pytest_schemaverify.rehearsal.replay import Rebuilt, replay
from pytest_schemaverify.rehearsal.state import Change, cluster
from pytest_schemaverify.settings.config import Config
from tests.projects import Project, text_of
from tests.projects import project as project

FILES = """
create role drift_api login connection limit 5;
create role drift_team;
grant drift_team to drift_api;
grant pg_monitor to drift_team with admin option;
alter role drift_api set work_mem = '8MB';
alter role all set lock_timeout = '9s';
do $$ begin
  execute format('alter database %I set app.mode = ''a''', current_database());
  execute format('alter database %I set app.token = ''Jx6hidden41''', current_database());
  execute format('alter role drift_api in database %I set jit = off', current_database());
  execute format('grant create on database %I to drift_team', current_database());
  execute format('alter database %I is_template true', current_database());
end $$;
comment on role drift_team is 'team';
alter tablespace pg_default set (random_page_cost = 2);
create table notes (id int primary key);
"""
OF_OTHERS = """
create role drift_admin superuser login password 'x';
create role drift_alice login in role drift_team;
create role drift_bob createrole;
grant drift_team to drift_bob with admin option;
grant pg_read_all_data to drift_alice;
alter role drift_alice set work_mem = '9MB';
alter role drift_api password 'Jx6hidden42';
comment on role drift_alice is 'x';
do $$ begin
  execute format('grant create on database %I to drift_alice', current_database());
  execute format('alter role drift_alice in database %I set jit = off', current_database());
  execute format('alter database %I connection limit 70', current_database());
  execute format('revoke temporary on database %I from public', current_database());
  execute format('comment on database %I is %L', current_database(), 'production');
end $$;
"""
CHANGES: dict[str, tuple[str, ...]] = {
    "alter role drift_api superuser": (
        "role drift_api", "login, connection limit 5", "login, superuser, connection limit 5",
    ),
    "revoke drift_team from drift_api": (
        "membership of drift_api in drift_team", "member, inherit, set", "none",
    ),
    "grant pg_read_all_stats to drift_team": (
        "membership of drift_team in pg_read_all_stats", "none", "member, inherit, set",
    ),
    "grant drift_admin to drift_api": (
        "membership of drift_api in drift_admin", "none", "member, inherit, set",
    ),
    "grant drift_team to pg_signal_backend": (
        "membership of pg_signal_backend in drift_team", "none", "member, inherit, set",
    ),
    "revoke admin option for pg_monitor from drift_team": (
        "membership of drift_team in pg_monitor", "member, admin, inherit, set",
        "member, inherit, set",
    ),
    "alter role drift_api set work_mem = '9MB'": (
        "setting work_mem of role drift_api", "8MB", "9MB",
    ),
    "alter role drift_team set jit = off": ("setting jit of role drift_team", "none", "off"),
    "alter role drift_api connection limit 6": (
        "role drift_api", "login, connection limit 5", "login, connection limit 6",
    ),
    "alter role drift_team valid until '2031-05-06 07:08:09+00'": (
        "role drift_team", "no login", "no login, valid until 2031-05-06 07:08:09",
    ),
    "alter role drift_api in database {} set lock_timeout = '3s'": (
        "setting lock_timeout of role drift_api of the database", "none", "3s",
    ),
    "alter role all in database {} set lock_timeout = '3s'": (
        "setting lock_timeout of the database", "none", "3s",
    ),
    "alter tablespace pg_default set (random_page_cost = 3)": (
        "options of tablespace pg_default", "random_page_cost=2", "random_page_cost=3",
    ),
    "alter tablespace pg_default reset (random_page_cost)": (
        "options of tablespace pg_default", "random_page_cost=2", "none",
    ),
    "grant create on tablespace pg_default to drift_team": (
        "privileges of drift_team on tablespace pg_default", "none", "CREATE",
    ),
    "alter role all reset lock_timeout": ("setting lock_timeout of every role", "9s", "none"),
    "alter role all set work_mem = '9MB'": ("setting work_mem of every role", "none", "9MB"),
    "alter database {} set app.mode = 'b'": ("setting app.mode of the database", "a", "b"),
    "alter database {} set app.more = 'b'": ("setting app.more of the database", "none", "b"),
    "alter database {} set app.token = 'Jx6hidden43'": (
        "setting app.token of the database", "a value, which is not shown", "another value",
    ),
    "alter role drift_api in database {} reset jit": (
        "setting jit of role drift_api of the database", "off", "none",
    ),
    "revoke create on database {} from drift_team": (
        "privileges of drift_team on the database", "CREATE", "none",
    ),
    "grant temporary on database {} to drift_api": (
        "privileges of drift_api on the database", "none", "TEMPORARY",
    ),
    "alter database {} is_template false": ("template of the database", "true", "none"),
    "comment on role drift_team is 'x'": ("comment on role drift_team", "team", "x"),
}  # fmt: skip
APART = (
    "create database drift_others", "alter database drift_others set work_mem = '9MB'",
    "alter system set work_mem = '9MB'", "create role drift_reader login",
)  # fmt: skip


@pytest.fixture(scope="module")
def live(pytestconfig: pytest.Config) -> Iterator[Dsn]:
    """A live database to which the files were applied, on a server with roles of others."""
    with databases.start(Config(bin_dir=pytestconfig.getoption("test_bin_dir"))) as server:
        dsn = databases.create(server, name="live", platform="postgres", extensions={}).dsn
        with databases.connect(dsn, autocommit=True) as connection:
            for statement in (FILES, OF_OTHERS, *APART):
                connection.execute(statement.encode())
        yield dsn


@pytest.fixture(scope="module")
def rebuilt(pytestconfig: pytest.Config) -> Rebuilt:
    """What the files build, on a server of its own."""
    spec = load("migrations: {directory: migrations}", "expectations.yaml")[0]
    migration = Migration(Path("001_all.sql"), "001", "all").saying(FILES)
    with databases.start(Config(bin_dir=pytestconfig.getoption("test_bin_dir"))) as server:
        return replay(server, spec, [migration])


def drift(rebuilt: Rebuilt, live: Dsn, statement: str = "") -> list[Change]:
    with databases.connect(live) as connection:
        if statement:
            connection.execute(statement.format("live").encode())
        around = cluster(connection)
        connection.rollback()
        version = connection.info.server_version
    return [one.change for one in cluster_drift(*rebuilt.cluster, around, "postgres", version)]


def test_what_others_do_on_a_live_server_is_no_difference(rebuilt: Rebuilt, live: Dsn) -> None:
    assert not rebuilt.failure
    assert drift(rebuilt, live) == []
    assert drift(rebuilt, live, "grant drift_alice to drift_bob; drop role drift_admin") == []


@pytest.mark.parametrize("statement", CHANGES)
def test_a_change_by_hand_of_what_the_files_make_is_found(
    rebuilt: Rebuilt, live: Dsn, statement: str
) -> None:
    wanted = CHANGES[statement]
    if rebuilt.catalog.version < 160000:  # memberships have no options of their own
        wanted = tuple(said.replace(", inherit, set", "") for said in wanted)
    found = drift(rebuilt, live, statement)
    assert [(one.subject, one.before, one.after) for one in found] == [wanted]


@pytest.mark.parametrize("role", ["drift_migrator", ""])
def test_who_creates_a_role_is_a_member_of_it_and_that_is_no_difference(
    pytestconfig: pytest.Config, live: Dsn, role: str
) -> None:
    text = f"migrations: {{directory: migrations, role: {role or 'null'}}}"
    migration = Migration(Path("001_all.sql"), "001", "all").saying("create role drift_solo")
    with databases.start(Config(bin_dir=pytestconfig.getoption("test_bin_dir"))) as server:
        built = replay(server, load(text, "expectations.yaml")[0], [migration])
    assert not built.failure
    for creator in ("postgres", "drift_bob"):
        statement = f"set role {creator}; create role drift_solo; reset role;"
        owner = "alter database live owner to drift_solo"
        found = drift(built, live, statement + owner)
        others = r"app\.|every role|^template|^options"
        assert [one for one in found if not re.search(others, one.subject)] == []


def test_a_role_that_is_missing_is_told_once(rebuilt: Rebuilt, live: Dsn) -> None:
    gone = "drop owned by drift_team; drop role drift_team"
    assert [one.subject for one in drift(rebuilt, live, gone)] == ["role drift_team"]


def test_who_only_reads_sees_what_was_changed_by_hand(project: Project, live: Dsn) -> None:
    project.write("migrations/001_users.sql", FILES)
    project.expect("migrations: {directory: migrations, deployed: true}")
    reader = f"--schema-dsn={conninfo.make_conninfo(live, user='drift_reader')}"
    result = project.run(reader)
    assert result.ret == 0, text_of(result)
    assert "deployed does not compare rows, values of sequences, large objects" in text_of(result)
    with databases.connect(live, autocommit=True) as connection:
        connection.execute("alter role drift_api bypassrls")
        connection.execute("alter database live set app.token = 'Jx6hidden44'")
    text = text_of(project.run(reader))
    assert re.findall(r"^  (\S.*)\n    expected    (.*)\n    actual      (.*)$", text, re.M) == [
        (
            "role drift_api",
            "login, connection limit 5, as the files make it",
            "login, bypassrls, connection limit 5, in the live database",
        ),
        (
            "setting app.token of the database",
            "a value, which is not shown, as the files make it",
            "another value, in the live database",
        ),
    ]
    assert "hidden4" not in text
