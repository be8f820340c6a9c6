"""Which reports a run writes, where, and what becomes of them when something goes wrong."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from pytest_schemaverify.reports import formats
from pytest_schemaverify.reports.record import OUTCOMES
from tests.projects import Project, text_of
from tests.projects import project as project
from tests.reports.formats.runs import as_json
from tests.reports.formats.runs import everything as everything

OUTCOME = {"passed": 13, "failed": 2, "undetermined": 1, "skipped": 1, "warned": 1, "known": 1}
REPORT = "--schema-report=json:out/report.json"


def test_a_report_has_every_outcome_with_its_reason_and_findings(everything: Project) -> None:
    result = everything.run(REPORT)
    assert "json report: out/report.json" in text_of(result)
    assert "::error" not in text_of(result)  # this is no job of GitHub
    report = as_json(everything.path / "out/report.json")
    assert report["counts"] == OUTCOME
    assert list(report["counts"]) == list(OUTCOMES)
    assert (report["verdict"], report["exit_code"], report["interrupted"]) == (
        "does not hold", 1, False,
    )  # fmt: skip
    [verified] = report["verified"]
    assert verified["against"].startswith("disposable PostgreSQL")
    by_outcome = {one["outcome"]: one for one in report["expectations"]}
    assert by_outcome["skipped"]["reason"].startswith("expected where the server is < 10")
    assert by_outcome["undetermined"]["reason"].endswith("division by zero (SQLSTATE 22012)")
    [known] = by_outcome["known"]["findings"]
    assert known["known"] == "expected: it comes with the next release"
    [warned] = by_outcome["warned"]["findings"]
    assert warned["changed"] == {"file": "migrations/001_users.sql", "line": 1, "column": 1}
    assert warned["fix"].startswith("alter table public.users alter column email type")
    using = next(one for one in report["expectations"] if one["check"] == "policies.using")
    assert using["place"] == {"file": "expectations.yaml", "line": 8, "column": 60}
    assert (using["concern"], using["category"]) == ("security", "RLS policies")


def test_what_is_written_is_what_the_schema_says(everything: Project) -> None:
    schema = json.loads((files(formats) / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    everything.run(REPORT)
    report = as_json(everything.path / "out/report.json")
    jsonschema.validate(report, schema)
    report["expectations"][0]["outcome"] = "green"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, schema)


def test_workers_report_what_one_process_reports(
    everything: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything.write("test_own.py", "def test_own(): pass\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    found, annotated = [], []
    for workers in "02":
        result = everything.run(REPORT, "-n", workers)
        annotated.append([line for line in result.outlines if line.startswith("::")])
        report = as_json(everything.path / "out/report.json")
        for one in report["expectations"]:
            del one["seconds"]
        found.append(sorted(report["expectations"], key=lambda one: str(one["id"])))
    assert found[0] == found[1]
    assert len(found[0]) == sum(OUTCOME.values())
    assert annotated[0] == annotated[1]
    assert len(annotated[0]) == 4


def test_fingerprints_outlive_lines_that_move(everything: Project) -> None:
    found = []
    for above in ("", "# a line more\n\n"):
        file = everything.path / "expectations.yaml"
        file.write_text(above + file.read_text())
        everything.run(REPORT)
        report = as_json(everything.path / "out/report.json")
        prints = [
            one["fingerprint"]
            for expectation in report["expectations"]
            for one in (expectation, *expectation["findings"])
            if one["fingerprint"]
        ]
        found.append(prints)
    assert found[0] == found[1]
    assert len({*found[0]}) == len(found[0]) == 5


def test_the_standard_output_is_the_report_alone(project: Project) -> None:
    result = project.run_apart("--schema-report=json:-", "-s")
    assert json.loads(result.stdout.str())["verdict"] == "holds"
    assert "12 passed" in result.stderr.str()


def test_paths_begin_at_the_folder_of_the_ini_file(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("pytest.ini", "[pytest]\nschema_report = json:one.json\n")
    (project.path / "below").mkdir()
    monkeypatch.chdir(project.path / "below")
    project.run("..", "--schema-report=json:two.json")
    assert sorted(one.name for one in project.path.rglob("*.json")) == ["two.json"]
    project.run("..")
    assert as_json(project.path / "one.json")["counts"]["passed"] == 12


def test_places_begin_at_the_root_folder(
    everything: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything.write("pytest.ini", "[pytest]\n")
    everything.write("below/test_own.py", "def test_own(): pass\n")
    everything.write("migrations/002_broken.sql", "create table broken (;\n")
    monkeypatch.chdir(everything.path / "below")
    everything.run("..", REPORT)
    text = (everything.path / "below/out/report.json").read_text(encoding="utf-8")
    assert str(everything.path) not in text
    [finding] = json.loads(text)["expectations"][0]["findings"]
    assert "migrations/002_broken.sql:1:22" in finding["actual"]
    (everything.path / "migrations/002_broken.sql").unlink()
    everything.run("..", REPORT)
    report = as_json(everything.path / "below/out/report.json")
    places = {one["changed"]["file"] for each in report["expectations"]
              for one in each["findings"] if one["changed"]}  # fmt: skip
    assert places == {"migrations/001_users.sql"}


def test_a_file_that_cannot_be_read_is_reported(project: Project) -> None:
    project.expect("tabels: {users: {}}\nschema: [\n")
    assert project.run(REPORT).ret == 2
    report = as_json(project.path / "out/report.json")
    assert (report["verdict"], report["interrupted"]) == ("cannot tell", False)
    [problem] = report["problems"]
    assert problem["place"]["file"] == "expectations.yaml"
    assert problem["text"].startswith("expectations.yaml:")


def test_a_run_without_expectations_verifies_nothing(project: Project) -> None:
    (project.path / "expectations.yaml").unlink()
    project.write("test_own.py", "def test_own(): pass\n")
    project.run(REPORT)
    assert as_json(project.path / "out/report.json")["verdict"] == "nothing was verified"


def test_a_run_that_is_stopped_says_so(project: Project) -> None:
    project.write("test_own.py", "def test_own(): raise KeyboardInterrupt\n")
    project.run_apart("expectations.yaml", "test_own.py", REPORT)
    report = as_json(project.path / "out/report.json")
    assert (report["interrupted"], report["verdict"]) == (True, "cannot tell")


def test_a_report_that_cannot_be_written_costs_nothing_else(project: Project) -> None:
    gone = project.path / "gone"
    project.write(
        "conftest.py",
        f"import pathlib\ndef pytest_runtest_logfinish(): pathlib.Path({str(gone)!r}).touch()\n",
    )
    result = project.run(f"--schema-report=json:{gone}/a.json", REPORT)
    assert result.ret == 4
    assert f"writing the json report to {gone}/a.json" in text_of(result)
    result.assert_outcomes(passed=12)
    assert as_json(project.path / "out/report.json")["verdict"] == "holds"
    assert not list(Path(project.path / "out").glob(".report*"))
