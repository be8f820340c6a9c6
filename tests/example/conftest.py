"""The worked example in a disposable database: before, after and with nothing to migrate."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.migrations.apply import apply, apply_all
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.settings.config import Config
from tests.example.worked_example import LEGACY, SEED, Connection, run

_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[databases.Server]:
    with databases.start(Config()) as server:
        yield server


@pytest.fixture(scope="session")
def legacy_template(server: databases.Server) -> str:
    """A database with the 41 files and their rows."""
    name = "example_legacy"
    built = databases.create(server, name=name, platform="supabase", extensions={})
    with databases.connect(built.dsn, autocommit=True) as connection:
        apply_all(connection, read(LEGACY).migrations)
        apply(connection, Migration(SEED, "", "seed"))
    return name


@pytest.fixture(scope="session")
def migrated_template(server: databases.Server, legacy_template: str) -> str:
    """The same after 003 and 004."""
    name = "example_migrated"
    dsn = databases.clone(server, legacy_template, name)
    with databases.connect(dsn, autocommit=True) as connection:
        run(connection, "003", "004")
    return name


@pytest.fixture(scope="session")
def empty_template(server: databases.Server) -> str:
    """A fresh project."""
    name = "example_empty"
    databases.create(server, name=name, platform="supabase", extensions={})
    return name


@pytest.fixture
def legacy(server: databases.Server, legacy_template: str) -> Iterator[Connection]:
    """A superuser's connection to a copy of the v2 database."""
    with _copy(server, legacy_template) as connection:
        yield connection


@pytest.fixture
def migrated(server: databases.Server, migrated_template: str) -> Iterator[Connection]:
    """A superuser's connection to a copy of the v3 database."""
    with _copy(server, migrated_template) as connection:
        yield connection


@pytest.fixture(scope="session")
def settled(server: databases.Server, migrated_template: str) -> Iterator[Connection]:
    """The same for tests that leave no change behind; they share one copy."""
    with _copy(server, migrated_template) as connection:
        yield connection


@pytest.fixture
def empty(server: databases.Server, empty_template: str) -> Iterator[Connection]:
    """A superuser's connection to a copy of the fresh project."""
    with _copy(server, empty_template) as connection:
        yield connection


@pytest.fixture(params=["legacy", "empty"])
def before(request: pytest.FixtureRequest) -> Connection:
    """The two databases that 003 may find."""
    connection: Connection = request.getfixturevalue(request.param)
    return connection


@contextmanager
def _copy(server: databases.Server, template: str) -> Iterator[Connection]:
    name = f"{template}_{next(_numbers)}"
    with databases.connect(databases.clone(server, template, name), autocommit=True) as connection:
        yield connection
    databases.drop(server, name)
