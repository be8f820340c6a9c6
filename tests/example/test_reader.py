"""A role that `schemaverify reader-role` makes verifies the worked example, and cannot write."""

from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo, errors

from pytest_schemaverify import databases
from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification
from tests.example.worked_example import Connection

EXPECTATIONS = Path(__file__).parent.parent.parent / "expectations.yaml"
SCHEMAS = "public,legacy_v2,auth,extensions"


def dsn_of(connection: Connection, **changed: str) -> Dsn:
    return Dsn(conninfo.make_conninfo(connection.info.dsn, **changed))


def told(dsn: Dsn, server: databases.Server) -> tuple[tuple[str, ...], list[str]]:
    """Return the notes of the report, and what is wrong or not known of the example."""
    verification = Verification(EXPECTATIONS, "expectations.yaml", Config(dsn=dsn))
    verification.database.prepare(lambda _: server)
    target = verification.database.target
    if isinstance(target, Exception) or target is None:
        raise AssertionError(target)
    results = [verification.results.of(one) for one in verification.contract.planned]
    verification.database.close()
    assert len(results) > 500
    wrong = [f"{r.planned.name}: {r.findings} {r.undetermined}" for r in results]
    return target.notes, [
        t for t, r in zip(wrong, results, strict=True) if r.wrong or r.undetermined
    ]


def test_a_reader_verifies_all_that_an_administrator_does(
    migrated: Connection, server: databases.Server, capsys: pytest.CaptureFixture[str]
) -> None:
    notes, wrong = told(dsn_of(migrated), server)
    assert wrong == []
    assert notes == (
        "the role postgres is a superuser: it may do far more than read; connect as a role"
        " that only reads: `schemaverify reader-role` prints a script that makes one",
    )
    assert main(["reader-role", "--name", "tests_reader", "--schemas", SCHEMAS, "--bypassrls"]) == 0
    migrated.execute(capsys.readouterr().out.encode())
    try:
        reader = dsn_of(migrated, user="tests_reader")
        assert told(reader, server) == ((), [])
        with psycopg.connect(reader, autocommit=True) as connection:
            with pytest.raises(errors.ReadOnlySqlTransaction):
                connection.execute("create table mine ()")
            connection.execute("set default_transaction_read_only = off")
            for statement in (
                "create table mine ()",
                "delete from memories",
                "select lo_export(4711, '/tmp/x')",
                "copy (select 1) to program 'true'",
                "select pg_create_physical_replication_slot('x')",
                "select pg_reload_conf()",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(statement.encode())
    finally:
        migrated.execute("drop owned by tests_reader; drop role tests_reader")
