"""What a server keeps for all of its databases is compared as well: every kind, and no secret."""

from collections.abc import Iterator

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.rehearsal.state import Change, differences, state

ROLES = """
create role clerk login password 'md5a1b2c3d4e5f60718293a4b5c6d7e8f90' connection limit 9;
create role staff;
create role boss createrole;
grant staff to boss with admin option;
alter role clerk set work_mem = '8MB';
comment on role staff is 'x';
"""
CHANGES = {
    "create role guest": ("role guest", "none", "no login"),
    "create user guest bypassrls noinherit": ("role guest", "none", "login, bypassrls, no inherit"),
    "drop role clerk": ("role clerk", "login, connection limit 9", "none"),
    "alter role staff rename to crew": ("role crew", "none", "no login"),
    "alter role staff superuser createdb replication": (
        "role staff", "no login", "no login, superuser, createdb, replication",
    ),
    "alter role clerk connection limit -1": ("role clerk", "login, connection limit 9", "login"),
    "alter role staff valid until '2031-05-06 07:08:09+02'": (
        "role staff", "no login", "no login, valid until 2031-05-06 05:08:09",
    ),
    "alter role staff password 'md500112233445566778899aabbccddeeff'": (
        "password of role staff", "none", "MD5",
    ),
    "alter role clerk password 'md500112233445566778899aabbccddeeff'": (
        "password of role clerk", "MD5", "MD5, set anew",
    ),
    "alter role clerk password null": ("password of role clerk", "MD5", "none"),
    "comment on role staff is 'y'": ("comment on role staff", "x", "y"),
    "grant staff to clerk": ("membership of clerk in staff", "none", "member, inherit, set, …"),
    "revoke admin option for staff from boss": (
        "membership of boss in staff", "member, admin, inherit, set, …", "member, inherit, set, …",
    ),
    "alter role staff set work_mem = '9MB'": ("setting work_mem of role staff", "none", "9MB"),
    "alter role clerk reset all": ("setting work_mem of role clerk", "8MB", "none"),
    "alter role staff in database around set lock_timeout = '3s'": (
        "setting lock_timeout of role staff of the database", "none", "3s",
    ),
    "alter role all set lock_timeout = '4s'": ("setting lock_timeout of every role", "none", "4s"),
    "alter role staff set app.api_key = 'Kx4hidden81'": (
        "setting app.api_key of role staff", "none", "a value, which is not shown",
    ),
    "alter database around set app.api_key = 'Kx4hidden82'": (
        "setting app.api_key of the database", "a value, which is not shown", "another value",
    ),
    "alter database around owner to staff": ("owner of the database", "postgres", "staff"),
    "alter database around connection limit 7": ("connection limit of the database", "none", "7"),
    "comment on database around is 'x'": ("comment on the database", "none", "x"),
    "grant create on database around to staff with grant option": (
        "privileges of staff on the database", "none", "CREATE with grant option",
    ),
    "revoke connect on database around from public": (
        "privileges of public on the database", "CONNECT, TEMPORARY", "TEMPORARY",
    ),
    "grant create on tablespace pg_default to staff": (
        "privileges of staff on tablespace pg_default", "none", "CREATE",
    ),
    "alter tablespace pg_default set (random_page_cost = 2)": (
        "options of tablespace pg_default", "none", "random_page_cost=2",
    ),
    "alter tablespace pg_default owner to staff": (
        "tablespace pg_default", "owner postgres", "owner staff",
    ),
    "comment on tablespace pg_default is 'x'": ("comment on tablespace pg_default", "none", "x"),
    "alter database around is_template true": ("template of the database", "none", "true"),
    "revoke create on database around from postgres": (
        "owner of the database", "postgres", "postgres, without CREATE",
    ),
    "alter database template1 connection limit 5": (
        "database template1", "owner postgres, template",
        "owner postgres, connection limit 5, template",
    ),
    "alter database template1 is_template false": (
        "database template1", "owner postgres, template", "owner postgres",
    ),
    "alter role staff rename to \"Crew of 1\"": ('role "Crew of 1"', "none", "no login"),
    "grant alter system on parameter work_mem to staff with grant option": (
        "privileges of staff on parameter work_mem", "none", "ALTER SYSTEM with grant option",
    ),
    "alter role all in database around set jit = off": (
        "setting jit of the database", "none", "off",
    ),
    "grant set on parameter session_replication_role to staff": (
        "privileges of staff on parameter session_replication_role", "none", "SET",
    ),
    "select pg_create_physical_replication_slot('far')": (
        "replication slot far", "none", "physical",
    ),
    "select pg_replication_origin_create('far')": ("replication origin far", "none", "there"),
}  # fmt: skip
SHARED = {
    "pg_authid", "pg_auth_members", "pg_database", "pg_db_role_setting", "pg_parameter_acl",
    "pg_replication_origin", "pg_shdescription", "pg_shseclabel", "pg_tablespace",
    "pg_subscription",  # of the database: a family of the catalog
    "pg_shdepend",  # follows from the rest
}  # fmt: skip
"""Catalogs that all databases share, and whose rows are compared."""
SINCE = {"parameter": 150000}


@pytest.fixture(scope="module")
def around(server: Server) -> Iterator[Dsn]:
    """A database with roles, to which nothing is left of what a test does."""
    dsn = databases.create(server, name="around", platform="postgres", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute("alter database around set app.api_key = 'Kx4hidden80'")
    yield dsn
    databases.drop(server, "around")


def found(dsn: Dsn, statement: str, *, ours: bool = True) -> list[Change]:
    with databases.connect(dsn) as connection:
        connection.execute(ROLES.encode())
        before = state(connection, ours=ours)
        connection.execute(statement.encode())
        changes = list(differences(before, state(connection, ours=ours)))
        connection.rollback()
        slots = "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
        connection.execute(slots)
    return changes


def since_16(said: str, version: int) -> str:
    """Return what is said of a membership, which has no options of its own before."""
    said = said if version >= 160000 else said.replace(", inherit, set", "")
    return said.replace("…", "granted by postgres")


@pytest.mark.parametrize("statement", CHANGES)
def test_a_change_around_the_database_is_seen_and_named(around: Dsn, statement: str) -> None:
    with databases.connect(around) as connection:
        version = connection.info.server_version
    if any(word in statement and version < least for word, least in SINCE.items()):
        pytest.skip(f"PostgreSQL {version // 10000} has no such thing")
    subject, *sides = CHANGES[statement]
    changes = {change.subject: change for change in found(around, statement)}
    change = changes[subject]
    assert [change.before, change.after] == [since_16(said, version) for said in sides]
    assert change.shared == (not subject.endswith("the database"))
    assert "hidden8" not in str(changes)


def test_who_may_do_what_since_when_is_seen(around: Dsn) -> None:
    with databases.connect(around) as connection:
        if connection.info.server_version < 160000:
            pytest.skip("memberships have no options before PostgreSQL 16")
    [change] = found(around, "grant staff to boss with inherit false, set false")
    assert (change.subject, change.after) == (
        "membership of boss in staff", "member, admin, granted by postgres",
    )  # fmt: skip
    by_two = "grant staff to clerk granted by boss; grant staff to clerk"
    assert [one.after for one in found(around, by_two)] == [
        "member, inherit, set, granted by boss, postgres"
    ]


def test_the_version_of_the_databases_collation_is_seen(around: Dsn) -> None:
    with databases.connect(around) as connection:
        if connection.info.server_version < 150000:
            pytest.skip("databases have no version of their collation before PostgreSQL 15")
    # As after an upgrade of the C library; `refresh collation version` writes it as well.
    older = "update pg_database set datcollversion = '0' where datname = 'around'"
    [change] = found(around, older)
    assert (change.subject, change.after) == ("collation version of the database", "0")


@pytest.mark.parametrize("statement", ["drop role clerk", "drop role boss", "drop role staff"])
def test_a_role_that_is_gone_is_told_once(around: Dsn, statement: str) -> None:
    assert [one.subject for one in found(around, statement)] == [statement.removeprefix("drop ")]


def test_on_somebodys_server_only_the_database_itself_is_compared(around: Dsn) -> None:
    assert found(around, "create role guest", ours=False) == []
    [change] = found(around, "alter role staff in database around set work_mem = '7MB'", ours=False)
    assert change.subject == "setting work_mem of role staff of the database"


def test_each_catalog_that_databases_share_is_compared(around: Dsn) -> None:
    query = "select relname from pg_class where relisshared and relkind = 'r'"
    with databases.connect(around) as connection:
        found = {str(name) for (name,) in connection.execute(query)}
    assert found <= SHARED
