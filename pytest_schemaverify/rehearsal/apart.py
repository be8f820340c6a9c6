"""A server of its own for files that are applied once more and are about a whole server."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

import psycopg

from pytest_schemaverify import databases
from pytest_schemaverify.canonical.server_errors import reason as reason_of
from pytest_schemaverify.databases import Dsn, Server, Wish
from pytest_schemaverify.databases.reading import our_error
from pytest_schemaverify.errors import CannotDetermine, MigrationFailed, Refused
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.global_objects import shared
from pytest_schemaverify.rehearsal.build import fresh
from pytest_schemaverify.rehearsal.progress import quiet
from pytest_schemaverify.rehearsal.recipe import Recipe
from pytest_schemaverify.rehearsal.stages import run
from pytest_schemaverify.rehearsal.state import State
from pytest_schemaverify.settings.config import Config

ANOTHER_SERVER = "use a disposable server: --schema-database=embedded, local or container"


class Alone(NamedTuple):
    """A database on a server of its own."""

    server: Server
    dsn: Dsn
    before: State
    """What it held before the migrations."""


@dataclass(frozen=True, slots=True)
class Apart:
    """How to build the database on a server of its own, for files that affect a whole server.

    Roles are shared by all databases of a server: files that are applied again would meet their
    own, those that are verified would lose them, and copies in which something is granted to a
    role keep it from being dropped. A server that is new each time has none of that.
    """

    config: Config
    wish: Wish
    """What that server has to be like."""
    wanted: Recipe

    @contextmanager
    def server(self) -> Iterator[Server]:
        """Yield a server without any database of ours. Raises DatabaseUnavailable."""
        with databases.start(replace(self.config, keep=False), self.wish) as server:
            yield server

    @contextmanager
    def built(self, migrations: Sequence[Migration] | None = None) -> Iterator[Alone]:
        """Yield the database after these migrations, or after all, and what it held before.

        Raises CannotDetermine when they do not apply there, and DatabaseUnavailable.
        """
        wanted = self.wanted
        files, at = wanted.files, replace(wanted.wanted, at=(), before=True)
        assert files is not None
        apply = files.apply if migrations is None else tuple(migrations)
        files = replace(files, apply=apply, after=())
        with self.server() as server:
            name = f"schemaverify_apart_{os.urandom(8).hex()}"
            dsn = fresh(server, wanted, name).dsn
            outcome = run(server, name, dsn, files, at, quiet)
            if outcome.failure or outcome.before is None:
                raise CannotDetermine(
                    "applying the migrations on a server of their own", because=outcome.failure
                )
            yield Alone(server, dsn, outcome.before)

    @contextmanager
    def database(self, migrations: Sequence[Migration]) -> Iterator[Dsn]:
        """Yield the same, for those that only connect to it."""
        with self.built(migrations) as alone:
            yield alone.dsn


def ours(server: Server | None) -> bool:
    """Return whether the whole server is ours, so that another one like it can be started."""
    return server is not None and not server.mark


def reason(server: Server, files: Iterable[Migration]) -> str:
    """Return why files need a server of their own to be applied again: a place in them; '' if not.

    Where the server is somebody's there is no other, see `telling`.
    """
    return shared(files) if ours(server) else ""


@contextmanager
def telling(tried: str, server: Server, files: Iterable[Migration]) -> Iterator[None]:
    """Say of files that are refused when they run again that this tells nothing of them.

    On somebody's server their roles are there already. Raises CannotDetermine instead of the error
    there, and instead of each that is the server's.
    """
    try:
        yield
    except (MigrationFailed, psycopg.Error) as error:
        if not ours(server) and (why := shared(files)):
            raise undecided(tried, why) from None
        if isinstance(error, MigrationFailed):
            raise
        problem = our_error(error)
        if not isinstance(problem, Refused):
            raise problem from None
        raise CannotDetermine(tried, because=reason_of(problem), remedy=problem.hint) from None


def undecided(tried: str, why: str) -> CannotDetermine:
    """Return the error for what only a server of its own could show."""
    return CannotDetermine(
        tried,
        because=f"{why}, which would affect all databases of this server",
        remedy=ANOTHER_SERVER,
    )
