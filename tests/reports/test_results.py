"""What becomes of a check that the database, the files or the server do not let be made."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.databases.reading import our_error
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification
from tests.pages import Case, results


def verified(folder: Path, server: Server, yaml: str, **files: str) -> list[Result]:
    """Return the results of a project whose migrations are named by an option only."""
    (folder / "expectations.yaml").write_text(yaml, encoding="utf-8")
    migrations = folder / "migrations"
    migrations.mkdir()
    for name, text in files.items():
        (migrations / f"{name.strip('_')}.sql").write_text(text, encoding="utf-8")
    config = Config(migrations=str(migrations))
    verification = Verification(folder / "expectations.yaml", "expectations.yaml", config)
    verification.database.prepare(lambda _: server)
    found = [verification.results.of(planned) for planned in verification.contract.planned]
    verification.database.close()
    return found


def test_a_failed_migration_is_told_where_no_expectation_is_about_migrations(
    tmp_path: Path, server: Server
) -> None:
    yaml = "tables: {users: {}}"
    [result] = verified(tmp_path, server, yaml, _001_users="create table users (id nonsense)")
    assert not result.skipped
    assert 'type "nonsense" does not exist' in result.undetermined


def test_what_a_file_says_need_not_be_so_is_not_tried(tmp_path: Path, server: Server) -> None:
    yaml = "migrations: {idempotent: false, reversible: false, versions: {unique: false}}"
    found = verified(tmp_path, server, yaml, _001_users="create table users (id int)")
    skipped = {result.planned.check for result in found if result.skipped}
    assert skipped == {"migrations.idempotent", "migrations.reversible", "migrations.unique"}


def test_a_query_sees_names_in_the_schema_of_the_file(
    connection: Connection[Any], server: Server
) -> None:
    yaml = (
        "defaults: {schema: app}\n"
        "data: {queries: {one: {sql: select id from notes, returns: 1}}, notes: {rows: 1}}"
    )
    setup = "create schema app; create table app.notes (id int); insert into app.notes values (1);"
    found = results(Case("", setup, yaml), connection, server)
    assert [result.passed for result in found] == [True, True]


def test_a_query_leaves_no_trace_in_the_transaction(
    connection: Connection[Any], server: Server
) -> None:
    yaml = "data: {queries: {one: {sql: select 1, returns: 1}}}"
    names = ("search_path", "row_security", "transaction_read_only")

    def settings() -> list[Any]:
        return [connection.execute(f"show {name}".encode()).fetchone() for name in names]

    before = settings()
    assert all(result.passed for result in results(Case("", "", yaml), connection, server))
    assert settings() == before


@pytest.mark.parametrize(
    ("statement", "gone"),
    [
        ("set statement_timeout = '10ms'; select pg_catalog.pg_sleep(5)", False),
        ("select nothing", False),
        ("select pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())", True),
    ],
)
def test_an_answer_of_the_server_is_told_from_its_end(
    database: Dsn, statement: str, gone: bool
) -> None:
    with pytest.raises(psycopg.Error) as caught, psycopg.connect(database) as connection:
        connection.execute(statement.encode())
    assert isinstance(our_error(caught.value), DatabaseUnavailable) == gone
