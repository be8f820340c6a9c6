"""SARIF, held against the schema of OASIS and against what GitHub says of uploads."""

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jsonschema import Draft4Validator

from pytest_schemaverify.kinds import every
from pytest_schemaverify.reports.formats.sarif import text
from pytest_schemaverify.reports.record import Place, Problem
from tests.reports.formats.conftest import FOLDER
from tests.reports.formats.runs import UNREAD, expectation, finding, record

DATA = Path(__file__).parents[2] / "data/reports"
ROOT = Path(__file__).parents[3]
VALIDATOR = Draft4Validator(json.loads((DATA / "sarif-schema-2.1.0.json").read_text("utf-8-sig")))


def _run(written: str) -> dict[str, Any]:
    """Return the run of a report that the schema and GitHub accept."""
    whole = json.loads(written)
    assert [error.message for error in VALIDATOR.iter_errors(whole)] == []
    [run] = whole["runs"]
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        texts = [rule[key]["text"] for key in ("shortDescription", "fullDescription", "help")]
        assert all(texts)
        assert max(map(len, texts[:2])) <= 1024
        assert len(rule.get("properties", {}).get("tags", ())) <= 10
    assert len(run["results"]) <= 5000
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        [location] = result["locations"]
        place = location["physicalLocation"]
        assert not urlsplit(place["artifactLocation"]["uri"]).scheme
        assert place["region"]["endColumn"] > place["region"]["startColumn"] > 0
        assert place["region"]["endLine"] == place["region"]["startLine"] > 0
    prints = [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]
    assert len({*prints}) == len(prints)  # GitHub makes one alert of those that are the same
    return dict(run)


def _uri(location: dict[str, Any]) -> tuple[str, int]:
    place = location["physicalLocation"]
    assert place["artifactLocation"]["uriBaseId"] == "SRCROOT"
    return unquote(place["artifactLocation"]["uri"]), place["region"]["startLine"]


def test_a_run_is_told_as_github_reads_it(written: dict[str, str]) -> None:
    run = _run(written["sarif"])
    by_rule = {one["ruleId"]: one for one in run["results"]}
    assert [*by_rule] == [
        "policies.using", "data.accepted", "queries.returns", "columns.type", "columns.nullable",
    ]  # fmt: skip
    using = by_rule["policies.using"]
    assert using["message"]["text"] == (
        "tables.users.rls.policies.own::using: expected id = 1, actual true\n"
        "fix: alter policy own on public.users using (id = 1);\n"
        "last changed in [migrations/001_users.sql:3](1)"
    )
    assert _uri(using["locations"][0]) == (f"{FOLDER}/expectations.yaml", 8)
    [related] = using["relatedLocations"]
    assert related["id"] == 1
    assert _uri(related) == (f"{FOLDER}/migrations/001_users.sql", 3)
    levels = {rule: one["level"] for rule, one in by_rule.items()}
    assert levels == dict.fromkeys(by_rule, "error") | {"columns.type": "warning"}
    suppressed = {
        rule: one["suppressions"] for rule, one in by_rule.items() if "suppressions" in one
    }
    assert suppressed == {
        "columns.nullable": [
            {"kind": "external", "justification": "expected: it comes with the next release"}
        ]
    }
    [invocation] = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 1)
    [untold] = invocation["toolExecutionNotifications"]
    assert untold["message"]["text"].endswith("division by zero (SQLSTATE 22012)")
    assert untold["associatedRule"] == {"id": "queries.returns"}
    assert "/repository" not in written["sarif"]  # where the checkout is, is no part of a result


def test_every_check_has_a_rule_with_its_page() -> None:
    names = [*every()]
    told = [expectation(outcome="passed", check=name, concern="security") for name in names]
    rules = _run(text(record(*told)))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(names)
    for rule in rules:
        assert (
            ROOT / rule["helpUri"].partition(f"/blob/v{version('pytest-schemaverify')}/")[2]
        ).is_file()
        links = re.findall(r"\]\(([^)\s]+)\)", rule["help"]["markdown"])
        assert all(urlsplit(link).scheme == "https" for link in links)
        assert rule["properties"]["security-severity"] == "7.0"


def test_of_more_than_github_shows_the_worst_are_there_and_the_rest_is_counted() -> None:
    warned = [expectation(number, "warned", severity="warn") for number in range(1, 5501)]
    failed = [expectation(number) for number in range(6001, 6500)]
    # What is known of an expectation that fails is no better than what is known of others.
    failed.append(expectation(6500, findings=(finding(1, known="accepted"), finding(2))))
    # Not held against the schema, which would take seconds.
    [run] = json.loads(text(record(*warned, *failed)))["runs"]
    assert [one["level"] for one in run["results"]] == ["error"] * 500 + ["warning"] * 4500
    assert not [one for one in run["results"] if "suppressions" in one]
    [invocation] = run["invocations"]
    [left] = invocation["toolExecutionNotifications"]
    assert left["message"]["text"] == (
        "5000 of 6001 results are here, the worst first; 1001 are left out"
    )
    assert invocation["executionSuccessful"]


def test_problems_that_fill_what_github_shows_leave_no_room() -> None:
    lines = [Problem(f"a.yaml:{n}:1: no key k{n}", Place("a.yaml", n)) for n in range(1, 5003)]
    [run] = json.loads(text(record(expectation(1), expectation(2), problems=(*lines,))))["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["files.readable"] * 5000
    left = run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
    assert left == "5000 of 5004 results are here, the worst first; 4 are left out"


def test_a_file_that_cannot_be_read_is_a_result_and_a_notification() -> None:
    run = _run(text(record(problems=UNREAD, exit_code=2)))
    assert {one["ruleId"] for one in run["results"]} == {"files.readable"}
    assert [_uri(one["locations"][0])[1] for one in run["results"]] == [3, 9, 1]
    [invocation] = run["invocations"]
    assert not invocation["executionSuccessful"]
    told = [one["message"]["text"] for one in invocation["toolExecutionNotifications"]]
    assert told == ["there is no key tabels"] * 2 + ["there is no file more.yaml"]


def test_what_looks_like_a_link_is_text() -> None:
    odd = finding(expected="text[](1)", actual="an [array](2)", place=Place("50% größer.sql", 7))
    [result] = _run(text(record(expectation(findings=(odd,)))))["results"]
    said, related = result["message"]["text"], result["relatedLocations"][0]
    assert r"text\[](1), actual an \[array](2)" in said
    assert said.endswith("it is in [50% größer.sql:7](1)")
    uri = related["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "50%25%20gr%C3%B6%C3%9Fer.sql"


def test_a_run_that_was_stopped_was_not_successful() -> None:
    [invocation] = _run(text(record(expectation(outcome="passed"), interrupted=True)))[
        "invocations"
    ]
    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"]
