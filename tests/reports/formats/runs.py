"""Runs whose results are written into reports."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_schemaverify.reports.record import (
    Place,
    Problem,
    Record,
    Reported,
    ReportedFinding,
)
from tests.projects import Project

MIGRATION = """\
create table users (id bigint primary key, email text not null, plan text);
alter table users enable row level security;
create policy own on users for select using (true);
insert into users values (1, 'a@example.org', 'CANARY-of-a-row');
"""
EXPECTATIONS = """\
migrations: {directory: migrations}
tables:
  users:
    columns:
      id: bigint not null
      email: {type: varchar(80), severity: warn}
      plan: {type: text, nullable: false, xfail: it comes with the next release}
    rls: {enabled: true, policies: {own: {command: select, using: id = 1}}}
  orders: {when: {server: "< 10"}}
data:
  users: {accepted: {plan: {one_of: [free, paid]}}}
  queries: {broken: {sql: "select 1 / 0", returns: 1}}
"""
"""Each outcome at least once."""


def reported(project: Project, *arguments: str, format: str = "json") -> str:
    """Run pytest with a report, and return what is in it."""
    path = project.path / "report"
    path.unlink(missing_ok=True)
    project.run(f"--schema-report={format}:{path}", *arguments)
    return path.read_text(encoding="utf-8")


@pytest.fixture
def everything(project: Project) -> Project:
    """A project in which there is something of each outcome."""
    project.write("migrations/001_users.sql", MIGRATION)
    project.expect(EXPECTATIONS)
    return project


def as_json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def expectation(number: int = 1, outcome: str = "failed", **more: Any) -> Reported:
    """An expectation of a record; one that does not hold has a finding, unless some are given."""
    wrong = outcome in ("failed", "warned", "known")
    given: dict[str, Any] = {
        "id": f"expectations.yaml::tables.t{number // 18}.columns.c{number}::type",
        "check": "columns.type", "category": "table structures", "concern": "correctness",
        "place": Place("expectations.yaml", number, 3), "object": f"tables.t{number // 18}",
        "severity": "error", "seconds": 0.001, "findings": (finding(number),) if wrong else (),
    }  # fmt: skip
    return Reported(outcome=outcome, **given | more)


def finding(number: int = 1, **more: Any) -> ReportedFinding:
    given: dict[str, Any] = {"subject": "", "expected": "text", "actual": "bigint"}
    return ReportedFinding(**given | {"fingerprint": f"{number:032x}"} | more)


def record(*expectations: Reported, problems: tuple[Problem, ...] = (), **more: Any) -> Record:
    given = {"version": "1.2.3", "began": "2026-01-02T03:04:05+00:00", "seconds": 1.0}
    return Record(**{"exit_code": 1, **given, **more}, expectations=expectations, problems=problems)


UNREAD = (
    Problem("expectations.yaml:3:1: there is no key tabels", Place("expectations.yaml", 3)),
    Problem("expectations.yaml:9:1: there is no key tabels", Place("expectations.yaml", 9)),
    Problem("there is no file more.yaml"),
)
