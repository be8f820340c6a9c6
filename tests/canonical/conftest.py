"""One database full of objects, and the connections over which they are compared."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

import pytest
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.snapshot import read

from .pairs import PAIRS, WORLD
from .servers import pgbouncer, standby

Reading = Callable[[], AbstractContextManager[Reader]]
LIMITED = "comparing_nobody"


@dataclass(frozen=True, slots=True)
class Side:
    """What a connection sees, and what compares over it."""

    limited: bool
    catalog: Catalog
    canonical: Canonical
    reading: Reading


@pytest.fixture(scope="session")
def world(server: Server) -> Iterator[Dsn]:
    """A database with an object for each pair that the server's version knows."""
    dsn = databases.create(server, name="comparing", platform="postgres", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        version = connection.info.server_version // 10000
        connection.execute(WORLD.encode())
        connection.execute(f"create role {LIMITED} login".encode())
        connection.execute(f'grant usage on schema auth, ext, "My.Schema" to {LIMITED}'.encode())
        connection.execute("create table defaults ()")
        for number, pair in enumerate(PAIRS):
            if pair.since <= version:
                connection.execute(made(number, pair.kind, pair.written, pair.stored).encode())
    yield dsn
    with databases.connect(server.dsn, autocommit=True) as connection:
        connection.execute("drop database comparing with (force)")
        connection.execute(f"drop role {LIMITED}".encode())


def made(number: int, kind: str, written: str, stored: str) -> str:
    name = f"{kind}_{number}"
    type_ = written.partition(": ")[0]
    return {
        "policy": f"create policy {name} on notes using ({stored})",
        "check": f"alter table notes add constraint {name} check ({stored})",
        "default": f"alter table defaults add column {name} {type_} default {stored}",
        "generated": f"alter table notes add column {name} {type_} "
        f"generated always as ({stored}) stored",
        "predicate": f"create index {name} on notes (id) where {stored}",
        "key": f"create index {name} on notes (({stored}))",
        "type": f"alter table defaults add column {name} {stored}",
        "view": f"create view {name} as {stored}",
    }[kind]


def over(dsn: Dsn) -> tuple[Reader, Reading]:
    """Return what reads a database, and what yields it inside a new read-only transaction."""
    reader = databases.reader(dsn)

    @contextmanager
    def reading() -> Iterator[Reader]:
        reader.begin()
        yield reader

    return reader, reading


@pytest.fixture(scope="package")
def pooled(world: Dsn) -> Iterator[Dsn]:
    """The database behind PgBouncer in transaction mode."""
    program = shutil.which("pgbouncer") or shutil.which(
        "pgbouncer", path="/usr/sbin:/usr/local/bin"
    )
    if program is None:
        pytest.skip("there is no PgBouncer on this machine: apt-get install pgbouncer")
    with pgbouncer(world, program, ["postgres", LIMITED]) as dsn:
        yield dsn


# Not for the session: it would repeat all that later tests write on its primary.
@pytest.fixture(scope="package")
def followed(world: Dsn) -> Iterator[Dsn]:
    """The database on a hot standby."""
    with standby(world) as dsn:
        yield dsn


SIDES = ("superuser", "nobody", "standby", "nobody on the standby", "pooler")


@pytest.fixture(scope="package", params=SIDES)
def side(request: pytest.FixtureRequest, server: Server) -> Iterator[Side]:
    """Each way to look at the database."""
    fixture = {"standby": "followed", "nobody on the standby": "followed", "pooler": "pooled"}
    dsn = Dsn(request.getfixturevalue(fixture.get(request.param, "world")))
    limited = request.param.startswith("nobody")
    version = int(server.version.partition(".")[0])
    if limited:
        dsn = Dsn(conninfo.make_conninfo(dsn, user=LIMITED))
    if request.param == "superuser" and version >= 14:
        # As pg_stat_statements has it: a plan then ends with a number of the text.
        dsn = Dsn(conninfo.make_conninfo(dsn, options="-c compute_query_id=on"))
    with ExitStack() as stack:
        connection, reading = over(dsn)
        stack.callback(connection.close)
        with reading():
            catalog = read(connection)
        yield Side(limited, catalog, Canonical(reading), reading)
