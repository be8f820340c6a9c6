"""The fixtures for a project's own tests."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_schemaverify import options

if TYPE_CHECKING:
    from psycopg import Connection

    from pytest_schemaverify.build import Target
    from pytest_schemaverify.catalog import Catalog


@pytest.fixture(scope="session")
def schema_dsn(pytestconfig: pytest.Config) -> str:
    """Connection string of the database that is verified: a disposable one, or --schema-dsn."""
    return _target(pytestconfig).dsn


@pytest.fixture
def schema_connection(pytestconfig: pytest.Config, schema_dsn: str) -> Iterator["Connection[Any]"]:
    """Psycopg connection to it; what a test does is rolled back. With --schema-dsn it only reads."""
    from pytest_schemaverify.databases import connect

    live = _target(pytestconfig).server is None
    with connect(schema_dsn, read_only=live) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="session")
def schema_catalog(pytestconfig: pytest.Config) -> "Catalog":
    """Snapshot of its catalog: tables, columns, policies and the rest, as plain values."""
    return _target(pytestconfig).catalog


def _target(config: pytest.Config) -> "Target":
    """Return the database of the first file of expectations, collected or at the root."""
    from pytest_schemaverify.collect import session_of
    from pytest_schemaverify.errors import SchemaVerifyError

    session = session_of(config)
    paths = [*session.verifications, *options.named_specs(config), *options.default_specs(config)]
    if not paths:
        pytest.fail("there is no expectations.yaml to say what the database is", pytrace=False)
    try:
        target = session.prepare(paths[0]).target
    except SchemaVerifyError as error:
        target = error
    if isinstance(target, SchemaVerifyError):
        pytest.fail(str(target), pytrace=False)
    assert target is not None
    return target
