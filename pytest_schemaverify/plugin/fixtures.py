"""The fixtures for a project's own tests; docs/guides/fixtures.md shows each of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from pytest_schemaverify.plugin import options
from pytest_schemaverify.plugin.exit_codes import failed

# Every run of pytest in an environment imports this module, so what needs psycopg is imported where
# it is used.
if TYPE_CHECKING:
    from psycopg import Connection

    from pytest_schemaverify.catalog import Catalog
    from pytest_schemaverify.databases import Server
    from pytest_schemaverify.rehearsal.target import Target


@dataclass(frozen=True, slots=True)
class Database:
    """A copy of the migrated database, for a test to write to."""

    dsn: str
    """For psycopg and libpq: `host=… dbname=…`."""
    connection: "Connection[Any]"
    """In autocommit mode."""

    def url(self, scheme: str = "postgresql") -> str:
        """Return the DSN as a URI: for asyncpg as it is, for SQLAlchemy `postgresql+psycopg`."""
        from pytest_schemaverify.databases.dsn_formats import url

        return url(self.dsn, scheme)

    @property
    def django(self) -> dict[str, Any]:
        """The DSN as an entry of Django's DATABASES."""
        from pytest_schemaverify.databases.dsn_formats import django

        return django(self.dsn)


DatabaseFactory = Callable[[], AbstractContextManager[Database]]
"""What `schema_database_factory` is."""


class ActAs(Protocol):
    """What `schema_as` is."""

    def __call__(
        self,
        role: str,
        claims: Mapping[str, Any] | None = None,
        *,
        connection: "Connection[Any] | None" = None,
    ) -> "AbstractContextManager[Connection[Any]]":
        """Return a connection that acts as the role, with these JWT claims."""


@pytest.fixture(scope="session")
def schema_dsn(pytestconfig: pytest.Config) -> str:
    """Connection string of the database that is verified: a disposable one, or --schema-dsn.

    For code that opens its own connections. What such a connection commits, the expectations and
    other tests see: to write, take `schema_database`.

        def test_the_app_can_connect(schema_dsn):
            with psycopg.connect(schema_dsn) as connection:
                assert connection.execute("select count(*) from notes").fetchone() == (0,)

    The test fails with the reason where there is no expectations.yaml or no database.
    """
    return _target(pytestconfig).dsn


@pytest.fixture
def schema_connection(pytestconfig: pytest.Config, schema_dsn: str) -> Iterator["Connection[Any]"]:
    """Psycopg connection to the database that is verified; what a test does is rolled back.

    With --schema-dsn it only reads: a statement that writes raises ReadOnlySqlTransaction of
    psycopg.errors.

        def test_notes_get_ids(schema_connection):
            schema_connection.execute("insert into notes (title) values ('x')")
            assert schema_connection.execute("select id from notes").fetchone() is not None

    The test fails with the reason where there is no expectations.yaml or no database.
    """
    from pytest_schemaverify.databases import connect, read_only

    live = _target(pytestconfig).server is None
    with (read_only if live else connect)(schema_dsn) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def schema_as(schema_connection: "Connection[Any]") -> ActAs:
    """Function whose `with` block acts as a role with JWT claims; rolled back at its end.

    It takes the role, the claims, and `connection`, if not `schema_connection` is to act, which
    sees what the test has prepared.

        def test_ann_sees_no_notes_of_others(schema_as):
            with schema_as("authenticated", {"sub": "ann"}) as connection:
                assert connection.execute("select title from notes").fetchall() == []

    The test fails where the role does not exist. What the role may not do raises
    InsufficientPrivilege of psycopg.errors, with --schema-dsn each write ReadOnlySqlTransaction.
    """
    from pytest_schemaverify.databases.impersonation import acting_as
    from pytest_schemaverify.errors import ConfigError

    @contextmanager
    def act(
        role: str,
        claims: Mapping[str, Any] | None = None,
        *,
        connection: "Connection[Any] | None" = None,
    ) -> Iterator["Connection[Any]"]:
        # A stack, so that only entering is inside of `try`: errors of the test itself, in the
        # block, pass.
        with ExitStack() as stack:
            try:
                acting = acting_as(connection or schema_connection, role, claims)
                entered = stack.enter_context(acting)
            except ConfigError as error:
                pytest.fail(str(error), pytrace=False)
            yield entered

    return act


# Of the session, so that fixtures of any scope can ask for it.
@pytest.fixture(scope="session")
def schema_database_factory(pytestconfig: pytest.Config) -> DatabaseFactory:
    """Function whose `with` block has a fresh copy of the migrated database, dropped at its end.

    For fixtures of a wider scope than a test, and for tests that want more than one copy. A copy is
    the same as that of `schema_database`.

        def test_two_copies_are_two(schema_database_factory):
            with schema_database_factory() as first, schema_database_factory() as second:
                assert first.dsn != second.dsn

    The test fails with --schema-dsn, because nothing is written beside an existing database.
    """
    target = _target(pytestconfig)
    if target.server is None:
        pytest.fail(
            "schema_database and schema_database_factory make databases to write to, and with "
            "--schema-dsn nothing is written\n"
            "  do      leave the option out, or use schema_connection, which only reads",
            pytrace=False,
        )
    server = target.server
    return lambda: _copy(server, target.template)


@pytest.fixture
def schema_database(schema_database_factory: DatabaseFactory) -> Iterator[Database]:
    """Fresh copy of the migrated database, for the test alone; dropped afterwards.

    `dsn` is for psycopg, `url()` for asyncpg, `url("postgresql+psycopg")` for SQLAlchemy, `django`
    an entry of DATABASES, and `connection` a psycopg connection in autocommit mode.

        def test_notes_stay(schema_database):
            with psycopg.connect(schema_database.url()) as writer:
                writer.execute("insert into notes (title) values ('x')")
            assert schema_database.connection.execute("select from notes").rowcount == 1

    The test fails with --schema-dsn, because nothing is written beside an existing database.
    """
    with schema_database_factory() as database:
        yield database


@pytest.fixture(scope="session")
def schema_catalog(pytestconfig: pytest.Config) -> "Catalog":
    """Snapshot of the catalog of the database: tables, columns, policies and the rest as values.

    `find` takes the section of the file and the key: schema and name, and behind a table's the name
    of what belongs to it; it returns None for what is not there. `of_table` returns all of these.

        def test_every_policy_is_for_one_role(schema_catalog):
            assert schema_catalog.find("columns", ("public", "notes", "title")).type == "text"
            assert len(schema_catalog.of_table("policies", "public", "notes")) == 1

    The test fails with the reason where there is no expectations.yaml or no database.
    """
    return _target(pytestconfig).catalog


@contextmanager
def _copy(server: "Server", template: str) -> Iterator[Database]:
    from pytest_schemaverify import databases

    with (
        databases.copied(server, template) as dsn,
        closing(databases.connect(dsn, autocommit=True)) as connection,
    ):
        yield Database(dsn, connection)


def _target(config: pytest.Config) -> "Target":
    """Return the database of the first file of expectations, collected or at the root."""
    from pytest_schemaverify.errors import SchemaVerifyError
    from pytest_schemaverify.plugin.session import session_of

    try:
        session = session_of(config)
    except SchemaVerifyError as error:
        raise failed(error) from None
    path = options.first_spec(config, session.verifications)
    if path is None:
        pytest.fail("there is no expectations.yaml to say what the database is", pytrace=False)
    try:
        target = session.prepare(path).database.target
    except SchemaVerifyError as error:
        target = error
    if isinstance(target, SchemaVerifyError):
        raise failed(target)
    assert target is not None
    return target
