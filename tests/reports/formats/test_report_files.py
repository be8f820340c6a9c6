"""Which reports a run writes, where, and what becomes of them when something goes wrong."""

import json
import os
from importlib.resources import files

import jsonschema
import pytest

from pytest_schemaverify.reports import formats
from pytest_schemaverify.reports.outcomes import OUTCOMES
from pytest_schemaverify.reports.recording import Recording
from pytest_schemaverify.settings.report_files import FORMATS
from tests.projects import WRONG, Project, text_of
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
    assert finding["place"] == {"file": "migrations/002_broken.sql", "line": 1, "column": 22}
    (everything.path / "migrations/002_broken.sql").unlink()
    everything.run("..", REPORT)
    report = as_json(everything.path / "below/out/report.json")
    places = {one["changed"]["file"] for each in report["expectations"]
              for one in each["findings"] if one["changed"]}  # fmt: skip
    assert places == {"migrations/001_users.sql"}


def test_a_path_begins_at_the_home_folder(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(project.path / "home"))
    (project.path / "home").mkdir()
    project.run("-m", "static", "--schema-report=json:~/report.json")
    assert as_json(project.path / "home/report.json")["verdict"] == "holds"
    assert not (project.path / "~").exists()


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


def test_a_report_is_not_replaced_by_a_run_that_verifies_nothing(project: Project) -> None:
    project.write("tests/test_own.py", "def test_own(): pass\n")
    old, new = project.write("old.json", "{}"), project.path / "new.json"
    reports = [f"--schema-report=json:{path.name}" for path in (old, new)]
    result = project.run("tests", *reports)
    told = "json report: old.json stays as it was, because this run verified nothing"
    assert told in text_of(result)
    assert (old.read_text(), as_json(new)["verdict"]) == ("{}", "nothing was verified")
    new.unlink()
    result = project.run("--collect-only", *reports)
    assert "13 tests collected" in text_of(result)
    assert (old.read_text(), new.exists(), "json report" in text_of(result)) == ("{}", False, False)


def test_a_run_that_is_stopped_says_so(project: Project) -> None:
    project.write("test_own.py", "def test_own(): raise KeyboardInterrupt\n")
    texts = [f"--schema-report={name}:{name}" for name in ("markdown", "html", "metrics")]
    project.run_apart("test_own.py", "expectations.yaml", REPORT, *texts)
    report = as_json(project.path / "out/report.json")
    assert (report["interrupted"], report["verdict"]) == (True, "cannot tell")
    assert report["expectations"] == []
    [verified] = report["verified"]
    how_far = f"0 of {verified['expectations']} expectations were verified before the run was"
    text = {name: (project.path / name).read_text() for name in ("markdown", "html", "metrics")}
    assert text["markdown"].startswith("## ❓ Not everything could be verified\n\n" + how_far)
    assert f"<p>0 expectations; {how_far} stopped</p>" in text["html"]
    untold = f'schemaverify_cannot_tell{{file="expectations.yaml"}} {verified["expectations"]}\n'
    assert untold in text["metrics"]


def test_a_report_that_cannot_be_written_costs_nothing_else(project: Project) -> None:
    gone = project.path / "out/gone"
    project.write(
        "conftest.py",
        "import pathlib\n"
        f"def pytest_runtest_logfinish(): pathlib.Path({str(gone)!r}).mkdir(0o777, True, True)\n",
    )
    # Nothing that is quiet, or has no terminal, is silent about it.
    for quiet in ((), ("-qq",), ("-p", "no:terminal")):
        result = project.run("--schema-report=json:out/gone", REPORT, *quiet)
        assert result.ret == 4
        assert text_of(result).count("writing the json report to out/gone") == 1
        assert {one.name for one in (project.path / "out").iterdir()} == {"gone", "report.json"}
        assert as_json(project.path / "out/report.json")["counts"]["passed"] == 12
        (project.path / "out/report.json").unlink()
        gone.rmdir()


BROKEN = """\
from pytest_schemaverify.reports.recording import Recording
of = Recording.of
def broken(self, result, item, one):
    if item.endswith(("id::type", "email::type")):
        raise ValueError("something new")
    return of(self, result, item, one)
Recording.of = broken
"""
"""A bug that two expectations meet, one that holds and one that does not."""


def test_a_bug_in_reporting_an_expectation_costs_one_and_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Recording, "of", Recording.of)  # so that it is put back
    project.write("conftest.py", BROKEN)
    result = project.run(REPORT)
    assert result.ret == 6
    result.assert_outcomes(passed=12)
    assert text_of(result).count("because ValueError: something new at pytest_schemaverify/") == 1
    report = as_json(project.path / "out/report.json")
    assert (report["verdict"], report["counts"]["passed"]) == ("cannot tell", 10)
    assert [one["place"]["line"] for one in report["problems"]] == [5, 6]
    assert "tables.users.columns.id::type: internal error" in report["problems"][0]["text"]
    project.expect(WRONG)
    result = project.run(REPORT)
    assert result.ret == 1
    result.assert_outcomes(passed=11, failed=1)
    assert len(as_json(project.path / "out/report.json")["problems"]) == 2


def test_the_name_of_a_migration_is_in_any_encoding(everything: Project) -> None:
    # Where names have to be UTF-8, as on macOS, there is no such file.
    odd = os.fsdecode(b"migrations/001_\xff.sql")
    try:
        (everything.path / "migrations/001_users.sql").rename(everything.path / odd)
    except OSError:
        pytest.skip("file names are UTF-8 here")
    everything.run(*(f"--schema-report={format}:out/{format}" for format in FORMATS))
    assert sorted(one.name for one in (everything.path / "out").iterdir()) == sorted(FORMATS)
    report = as_json(everything.path / "out/json")
    assert report["counts"] == OUTCOME
    changed = [each["changed"] for one in report["expectations"] for each in one["findings"]]
    assert changed[0]["file"] == "migrations/001_\ufffd.sql"
    (everything.path / odd).write_text("create table broken (;\n")
    everything.run(REPORT)
    report = as_json(everything.path / "out/report.json")
    [broken] = report["expectations"][0]["findings"]
    assert "migrations/001_\ufffd.sql:1:22" in broken["actual"]
    assert not report["problems"]
