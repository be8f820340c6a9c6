"""The differences for GitLab's code quality, which compares them with those of the main branch.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import json
from typing import Any

from pytest_schemaverify.reports.differences import READABLE, Difference, differences, unread
from pytest_schemaverify.reports.record import Place, Problem, Record

_SEVERITIES = {"error": "major", "warn": "minor", "info": "info"}
"""Those of an expectation, as GitLab calls them; `critical` is one about security that fails."""


def text(record: Record) -> str:
    """Return the differences as JSON, without those that are known: GitLab shows all alike."""
    found = [_problem(one, of, record) for one, of in unread(record)]
    found += [_difference(one, record) for one in differences(record) if not one.known]
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _difference(one: Difference, record: Record) -> dict[str, Any]:
    severity = _SEVERITIES[one.of.severity]
    if severity == "major" and one.of.concern == "security":
        severity = "critical"
    return {
        "description": f"{one.of.name}: {one.sentence}",
        "check_name": one.of.check,
        "fingerprint": one.fingerprint,
        "severity": severity,
        "location": _location(one.place, record),
    }


def _problem(one: Problem, fingerprint: str, record: Record) -> dict[str, Any]:
    return {
        "description": one.message,
        "check_name": READABLE,
        "fingerprint": fingerprint,
        "severity": "blocker",
        "location": _location(one.place or Place(".", 1), record),
    }


def _location(place: Place, record: Record) -> dict[str, Any]:
    return {"path": record.path(place), "lines": {"begin": place.line}}
