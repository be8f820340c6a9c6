"""GitLab's code quality: the fields that it documents, and nothing twice."""

import json
from typing import Any

from pytest_schemaverify.reports.formats.gitlab import text
from tests.reports.formats.conftest import FOLDER
from tests.reports.formats.runs import UNREAD, expectation, record


def _found(written: str) -> list[dict[str, Any]]:
    """Return what GitLab takes. Of a list it takes nothing behind the first that lacks a field."""
    found: list[dict[str, Any]] = json.loads(written)
    for one in found:
        assert {*one} == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert all(isinstance(one[name], str) and one[name] for name in one if name != "location")
        assert not one["location"]["path"].startswith("/")
        assert one["location"]["lines"]["begin"] > 0
    assert len({one["fingerprint"] for one in found}) == len(found)
    return found


def test_a_run_is_told_as_gitlab_reads_it(written: dict[str, str]) -> None:
    found = {one["check_name"]: one for one in _found(written["gitlab"])}
    severities = {name: one["severity"] for name, one in found.items()}
    assert severities == {
        "policies.using": "critical", "data.accepted": "major", "queries.returns": "major",
        "columns.type": "minor",
    }  # fmt: skip
    assert found["policies.using"]["location"] == {
        "path": f"{FOLDER}/migrations/001_users.sql", "lines": {"begin": 3},
    }  # fmt: skip
    assert found["queries.returns"]["location"]["path"] == f"{FOLDER}/expectations.yaml"


def test_files_that_cannot_be_read_block() -> None:
    found = _found(text(record(problems=UNREAD)))
    assert [one["location"]["lines"]["begin"] for one in found] == [3, 9, 1]
    assert {one["severity"] for one in found} == {"blocker"}


def test_what_another_plugin_fails_has_a_fingerprint_too() -> None:
    bare = [
        expectation(number, "failed", findings=(), reason="no network in tests")
        for number in (1, 2)
    ]
    assert [one["description"].partition(": ")[2] for one in _found(text(record(*bare)))] == [
        "no network in tests"
    ] * 2
