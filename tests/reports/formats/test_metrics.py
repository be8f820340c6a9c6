"""Metrics, as Prometheus' own parsers read them: of its text format, and of OpenMetrics."""

import re
from datetime import UTC, datetime

import psycopg
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.reports.formats import metrics
from pytest_schemaverify.reports.record import Place, Problem, Record
from tests.projects import Project
from tests.projects import filled as filled
from tests.projects import project as project
from tests.reports.formats.records import expectation, finding, record
from tests.reports.formats.runs import reported

Found = dict[tuple[str, ...], float]


def parsed(text: str) -> Found:
    """Return values by name and labels, after both parsers have found the same."""
    found: list[Found] = []
    for parser in (plain, openmetrics):
        families = [*parser(text)]
        assert all(one.type == "gauge" and one.documentation for one in families)
        samples = [sample for family in families for sample in family.samples]
        assert all(sample.timestamp is None for sample in samples)
        found.append({(one.name, *one.labels.values()): one.value for one in samples})
        assert len(found[-1]) == len(samples), "two samples have the same labels"
    assert found[0] == found[1]
    return {(name.removeprefix("schemaverify_"), *rest): v for (name, *rest), v in found[0].items()}


def of(*given: object, **said: object) -> Found:
    return parsed(metrics.text(record(*given, **said)))  # type: ignore[arg-type]


FILE = "expectations.yaml"


def test_what_is_told_has_a_number_and_what_is_not_has_none() -> None:
    drift = {"check": "unmanaged.tables"}
    untold = (
        expectation("d", outcome="skipped", **drift),
        expectation("e", finding("4"), fingerprint="x", **drift),
    )
    found = of(
        expectation("a"),
        expectation("b", finding("1"), finding("2", known="accepted")),
        expectation("c", finding("3"), outcome="warned"),
        *untold,
        problems=(Problem("a", Place("other.yaml", 1)), Problem("b")),
    )
    structure = (FILE, "table structures")
    assert found["expectations", *structure, "passed"] == 1
    assert found["expectations", *structure, "known"] == 0
    outcomes = ("failed", "warned", "known")
    assert [found["findings", *structure, one] for one in outcomes] == [2, 1, 1]
    assert [found["cannot_tell", one] for one in (FILE, "other.yaml", "")] == [1, 1, 1]
    assert not [one for one in found if one[0] in ("drift", "pending_migrations")]
    began = datetime(2026, 12, 1, 10, tzinfo=UTC).timestamp()
    assert found["last_run_timestamp_seconds", FILE] == began + 2
    assert found["run_duration_seconds", FILE] == 2.5
    assert found["exit_code", FILE] == 1


def test_a_run_that_has_verified_nothing_is_told() -> None:
    found = parsed(metrics.text(Record(version="1", began="2026-12-01T10:00:00+00:00", seconds=0,
                                       exit_code=6)))  # fmt: skip
    assert found["exit_code", ""] == 6


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", 'a\\"', 'a{b="c"} 1', "é #"])
def test_names_of_files_are_escaped(name: str) -> None:
    assert of(verified=(), problems=(Problem("a", Place(name, 1)),))["cannot_tell", name] == 1


EXPECTATIONS = """\
migrations: {directory: migrations, deployed: true, ledger: schema_migrations}
tables: {users: {}}
unmanaged: {tables: fail}
"""


def test_drift_and_pending_migrations_of_a_live_database(project: Project, filled: Dsn) -> None:
    project.write("migrations/002_posts.sql", "create table posts (id int primary key);")
    project.expect(EXPECTATIONS)
    page = "--schema-report=html:page"
    without = parsed(reported(project, f"--schema-dsn={filled}", page, format="metrics"))
    said = (project.path / "page").read_text(encoding="utf-8")
    assert re.search("<strong>an existing database, PostgreSQL 1[^<>]*, read-only</strong><", said)
    assert without["drift", FILE, "unmanaged.tables"] == 0
    assert without["drift", FILE, "migrations.deployed"] >= 1
    assert ("pending_migrations", FILE) not in without
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("create table schema_migrations (version text primary key)")
        connection.execute("insert into schema_migrations values ('001')")
        connection.execute("create table by_hand (id int)")
    found = parsed(reported(project, f"--schema-dsn={filled}", format="metrics"))
    assert found["pending_migrations", FILE] == 1
    assert found["drift", FILE, "unmanaged.tables"] >= 1
    assert (
        found["drift", FILE, "migrations.deployed"]
        == without["drift", FILE, "migrations.deployed"] + 1
    )
