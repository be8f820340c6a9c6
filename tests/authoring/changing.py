"""Changes in each way that PostgreSQL knows, as data, and the database that they change."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests/data"
ALL = bool(os.environ.get("SCHEMAVERIFY_TEST_CHANGES"))
"""Whether each change is tried, which takes minutes, or some of them."""
_ROLES = ("app_writer", "app_reader")
"""Those that changes.sql makes. They are the server's, so they outlive the database."""


@dataclass(frozen=True)
class Change:
    """A change of the worked example and of the objects of `changes.sql`."""

    name: str
    sql: str
    since: int = 0
    """The first version of PostgreSQL that knows it."""
    shared: bool = False
    """Whether other databases of the server see it, too."""
    beyond: str = ""
    """Why a file that `init` has written does not notice it."""
    unseen: str = ""
    """Why two states of a database are the same with it."""


@dataclass(frozen=True)
class Example:
    """The worked example with an object of each kind, in a database of its own."""

    dsn: Dsn
    connection: Connection[Any]
    target: Target


def _changes(file: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((DATA / file).read_text(encoding="utf-8"))
    return found


CHANGES = [Change(name=name, **entry) for name, entry in _changes("changes.yaml").items()]
MUTATIONS = [
    Change(name=name, sql=entry["sql"])
    for name, entry in _changes("mutations.yaml").items()
    if "sql" in entry
]


def tried(changes: list[Change], each: int = 12) -> list[Change]:
    """Return those changes that a run tries: one of so many, or all."""
    return changes[:: 1 if ALL else each]


@contextmanager
def example(server: Server, *, rare: bool = True) -> Iterator[Example]:
    """Build the worked example, with an object of each kind that it lacks if `rare`."""
    built = Verification(ROOT / "expectations.yaml", "expectations.yaml", Config())
    built.database.prepare(lambda _: server)
    target = built.database.target
    assert isinstance(target, Target)
    try:
        with (
            databases.copied(server, target.template) as dsn,
            databases.connect(dsn, autocommit=True) as connection,
        ):
            if rare:
                connection.execute(_objects(connection.info.server_version))
            yield Example(dsn, connection, target)
    finally:
        built.database.close()
        with databases.connect(server.dsn, autocommit=True) as connection:
            for role in _ROLES:
                connection.execute(f"drop role if exists {role}".encode())


def _objects(version: int) -> bytes:
    """Return the statements of `changes.sql` that a version of PostgreSQL knows."""
    text = (DATA / "changes.sql").read_text(encoding="utf-8")
    always, *later = re.split(r"^-- since (\d+)$", text, flags=re.MULTILINE)
    since = zip(later[::2], later[1::2], strict=True)
    known = (sql for first, sql in since if version >= int(first) * 10_000)
    return "".join([always, *known]).encode()
