"""Records as a run could have them, with as much in them as a test needs."""

from typing import Any

from pytest_schemaverify.reports.record import (
    Place,
    Record,
    Reported,
    ReportedFinding,
    Verified,
)


def finding(fingerprint: str, **said: Any) -> ReportedFinding:
    given = {"subject": "", "expected": "not null", "actual": "null", **said}
    return ReportedFinding(fingerprint=fingerprint, **given)


def expectation(name: str, *findings: ReportedFinding, **said: Any) -> Reported:
    """An expectation that fails if it has findings, and passes otherwise."""
    given = {
        "check": "columns.nullable", "category": "table structures", "concern": "correctness",
        "severity": "error", "outcome": "failed" if findings else "passed", "seconds": 0.001,
        "place": Place("expectations.yaml", 6, 7), "id": f"expectations.yaml::{name}", **said,
    }  # fmt: skip
    return Reported(findings=findings, **given)


def record(*expectations: Reported, **said: Any) -> Record:
    given = {
        "version": "1", "began": "2026-12-01T10:00:00+00:00", "seconds": 2.5, "exit_code": 1,
        "verified": (Verified(file="expectations.yaml", against="disposable PostgreSQL 18",
                              live=False, expectations=len(expectations)),), **said,
    }  # fmt: skip
    return Record(expectations=expectations, **given)
