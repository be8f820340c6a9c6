"""What is wrong today is recorded; only what is new fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.verification.known_findings import Known, known_of, read, write
from pytest_schemaverify.verification.planning.expectations import plan
from pytest_schemaverify.verification.result import Result
from tests.projects import EXPECTATIONS, Project, text_of
from tests.projects import project as project

TWO_WRONG = EXPECTATIONS.replace("email: text", "email: varchar(80)").replace("rows: 0", "rows: 7")
OPTION = "--schema-baseline=known.json"
UPDATE = "--schema-baseline-update"
TYPE = "expectations.yaml::tables.users.columns.email::type"
ROWS = "expectations.yaml::data.users::rows"


def recorded(project: Project) -> list[dict[str, Any]]:
    document = json.loads((project.path / "known.json").read_text())
    assert document["version"] == 1
    return list(document["findings"])


@pytest.fixture
def known(project: Project) -> Project:
    """A project in which two findings are known."""
    project.expect(TWO_WRONG)
    result = project.run(OPTION)
    result.assert_outcomes(passed=10, xfailed=2)
    assert "known.json: 2 findings recorded, 2 of them new; 0 hold no more" in text_of(result)
    return project


def test_what_is_recorded_can_be_read(known: Project) -> None:
    rows, type_ = recorded(known)
    assert (type_["item"], type_["subject"]) == (TYPE, "")
    assert (type_["expected"], type_["actual"]) == ("varchar(80)", "text")
    assert rows["item"] == ROWS
    assert "reason" not in rows


def test_what_is_known_does_not_fail(known: Project) -> None:
    result = known.run(OPTION, "-rx")
    result.assert_outcomes(passed=10, xfailed=2)
    assert result.ret == 0
    text = text_of(result)
    assert "known.json: 2 findings known\n" in text
    assert "known, see known.json (expected varchar(80), actual text)" in text.replace("\n", "")
    assert "1 known" in text
    known.run().assert_outcomes(passed=10, failed=2)


def test_what_is_new_fails(known: Project) -> None:
    known.expect(TWO_WRONG.replace("varchar(80)", "varchar(90)").replace("id: bigint", "id: uuid"))
    result = known.run(OPTION)
    result.assert_outcomes(passed=9, failed=2, xfailed=1)
    text = text_of(result)
    assert "known.json: 1 finding known, 1 stale" in text
    removes = "--schema-baseline-update removes them, and takes 2 new findings for known"
    assert removes in text


def test_what_no_longer_holds_is_named_and_fails_nothing(known: Project) -> None:
    known.expect(TWO_WRONG.replace("rows: 7", "not_null: [id]").replace("varchar(80)", "text"))
    result = known.run(OPTION)
    result.assert_outcomes(passed=12)
    text = text_of(result)
    assert f"  stale  {TYPE}: expected varchar(80), actual text" in text
    assert f"  stale  {ROWS}: expected 7 rows, actual 0 rows" in text
    assert "--schema-baseline-update removes them\n" in text


def test_an_update_keeps_what_still_holds_with_its_reason(known: Project) -> None:
    path = known.path / "known.json"
    path.write_text(
        path.read_text().replace('"actual": "text"', '"actual": "text",\n"reason": "x"')
    )
    known.expect(TWO_WRONG.replace("rows: 7", "rows: 0").replace("id: bigint", "id: uuid"))
    result = known.run(OPTION, UPDATE)
    result.assert_outcomes(passed=10, xfailed=2)
    assert "known.json: 2 findings recorded, 1 of them new; 1 hold no more" in text_of(result)
    email, id_ = recorded(known)
    assert email["reason"] == "x"
    assert "columns.id::type" in id_["item"]


def test_what_was_not_run_is_left_alone(known: Project) -> None:
    known.expect(EXPECTATIONS)
    known.run(OPTION, UPDATE, "-k", "email").assert_outcomes(passed=3, deselected=9)
    assert [one["item"] for one in recorded(known)] == [ROWS]


def test_workers_know_it_too(project: Project) -> None:
    project.expect(TWO_WRONG)
    project.run(OPTION, "-n", "2").assert_outcomes(passed=10, xfailed=2)
    assert [one["item"] for one in recorded(project)] == [ROWS, TYPE]
    project.expect(TWO_WRONG.replace("rows: 7", "rows: 0"))
    result = project.run(OPTION, "-n", "2")
    result.assert_outcomes(passed=11, xfailed=1)
    assert f"  stale  {ROWS}" in text_of(result)


def test_one_of_many_findings_may_be_new(tmp_path: Path) -> None:
    old, new = (Finding(subject=name, expected="x", actual="y") for name in "ab")
    write(tmp_path / "b.json", known_of("e::i", [old]))
    known = read(tmp_path / "b.json", recording=False)
    assert known.stale(["e::i"], [], known_of("e::i", [new])) == [*known.entries.values()]
    planned = plan(*load("rules: {primary_key: true}", "e.yaml"), "e.yaml")[0]
    [left] = known.applied(Result(planned, (old, new)), "e::i").findings
    assert (left.subject, left.hint) == ("b", "1 more is known, see b.json")
    assert known.applied(Result(planned, (old,)), "e::i").known == "known, see b.json"
    assert list(known.entries) == [("e::i", "a", known_of("e::i", [old])[0].digest)]


def test_a_long_text_is_cut_and_still_told_apart(tmp_path: Path) -> None:
    first, second = (
        known_of("e::i", [Finding(expected="x" * 500 + end, actual="y")])[0] for end in "ab"
    )
    assert len(first.expected) == 200
    assert first.identity != second.identity
    assert Known(*tuple(first)) == first


BROKEN = [
    "",
    "[]",
    "{}",
    '{"version": 2, "findings": []}',
    '{"version": 1, "findings": [{"x": 1}]}',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_file_that_has_no_known_findings_is_refused(text: str, project: Project) -> None:
    project.write("known.json", text)
    result = project.run(OPTION)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "it is not what --schema-baseline-update writes" in text_of(result)


def test_known_findings_that_ci_lacks_are_an_error(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "1")
    result = project.run(OPTION)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "in CI it would accept everything" in text_of(result)
    monkeypatch.delenv("CI")
    assert "name it, too: --schema-baseline=FILE" in text_of(project.run(UPDATE))
