"""What has changed since another run, on the terminal and in the reports."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from pytest_schemaverify.reports.compared import lines
from pytest_schemaverify.reports.comparing import compared, read
from pytest_schemaverify.reports.formats import json as as_text
from pytest_schemaverify.reports.record import Place, Problem, Record, Reported, Verified
from tests.projects import Project, lines_after, text_of
from tests.projects import project as project
from tests.reports.formats.records import expectation, finding, record
from tests.reports.formats.runs import EXPECTATIONS, as_json
from tests.reports.formats.runs import everything as everything

REPORT = "--schema-report=json:now.json"
COMPARE = "--schema-compare-with=main.json"
AWAY = "host=127.0.0.1 port=1 user=me dbname=app"
CHANGED = EXPECTATIONS.replace("id: bigint", "id: int").replace(", using: id = 1", "")


def test_a_run_says_what_is_new_what_is_gone_and_what_still_fails(
    everything: Project, tmp_path: Path
) -> None:
    first = everything.run("--schema-report=json:main.json", COMPARE)
    assert lines_after(text_of(first), "what changed")[:2] == [
        "main.json was not there yet: the next run compares with this one",
        "json report: main.json",
    ]
    assert as_json(everything.path / "main.json")["compared"] is None
    everything.expect(CHANGED)
    texts = ("--schema-report=markdown:now.md", "--schema-report=comment:comment.md")
    result = everything.run(COMPARE, REPORT, *texts, "-n", "1")
    assert result.ret == 1
    header, *found = lines_after(text_of(result), "what changed")
    assert header.startswith("compared with main.json, the run of 20")
    assert header.endswith(" UTC: 1 new, 1 gone, 2 still failing, 1 cannot tell")
    assert found[0] == "  expectations: 1 that the file no longer has"
    assert found[1] == "  new          tables.users.columns.id::type: expected int, actual bigint"
    assert found[2].startswith("  cannot tell  data.queries.broken::returns: asking the database")
    report = as_json(everything.path / "now.json")["compared"]
    assert report["file"] == "main.json"
    assert {one["id"].partition("::")[2]: one["change"] for one in report["changes"]} == {
        "tables.users.columns.id::type": "new",
        "tables.users.rls.policies.own::using": "gone",
        "data.users::accepted[plan]": "still failing",
        "tables.users.columns.email::type": "still failing",
        "data.queries.broken::returns": "cannot tell",
    }
    assert report["removed"] == ["expectations.yaml::tables.users.rls.policies.own::using"]
    for name in ("now.md", "comment.md"):
        text = (everything.path / name).read_text(encoding="utf-8")
        assert "### New\n\n#### `columns.type`: 1, correctness" in text
        assert "CANARY" not in text
    elsewhere = (everything.path / "main.json").rename(tmp_path / "main.json")
    part = text_of(everything.run(f"--schema-compare-with={elsewhere}", REPORT, "-k", "email"))
    assert "0 new, 1 gone, 1 still failing, 1 not verified now" in part
    assert f"compared with {elsewhere}, " in part
    # A report is read on other machines.
    assert as_json(everything.path / "now.json")["compared"]["file"] == "main.json"


def test_the_report_of_another_project_is_none_to_compare_with(project: Project) -> None:
    other = record(expectation("x::type", finding("a")), expectation("y::type"))
    project.write("main.json", as_text.text(other))
    result = project.run(COMPARE, REPORT, "--schema-only-new")
    assert result.ret == 4
    because = "because it is about other expectations: none of its 2 is in this run's files"
    assert because in text_of(result)
    assert "nobody knows: it could not be compared, and why is said below" in text_of(result)
    report = as_json(project.path / "now.json")
    assert (report["exit_code"], report["compared"]) == (4, None)


NEW_ONLY = ("expectations.yaml", "--schema-only-new", COMPARE, "--schema-report=json:main.json")
PASSES = "nothing that fails is new, so the run ends with exit code 0"
KEPT = "json report: main.json stays as it was"
CONFTEST = """\
import os, pytest
@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session):
    result = yield
    session.testsfailed += "FLOOR" in os.environ
    return result
def pytest_runtest_logfinish():
    if "LEAVE" in os.environ:
        pytest.exit("enough", returncode=1)
"""
"""What plugins do: one wants more of a run, and one ends it."""


@pytest.fixture
def failing(project: Project) -> Callable[..., pytest.RunResult]:
    """Returns what runs a project with a static expectation that fails, as the run before did."""
    project.write("migrations/002_drop.sql", "drop table users;")
    rules = "rules: {no_destructive_statements: true}"
    project.expect(f"migrations: {{directory: migrations}}\n{rules}\n")
    run = partial(project.run, *NEW_ONLY)
    assert run("-m", "static").ret == 1  # there is nothing to compare with
    return run


def test_a_run_in_which_nothing_is_new_passes_if_that_is_asked_for(
    project: Project, failing: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("test_own.py", "import os\ndef test_own(): assert not os.environ.get('RED')\n")
    again = failing("-m", "static")
    assert again.ret == 0
    assert PASSES in text_of(again)
    again.assert_outcomes(failed=1, passed=1, deselected=1)
    assert as_json(project.path / "main.json")["exit_code"] == 0
    assert failing("-m", "static", "-n", "1").ret == 0
    assert failing("--schema-coverage-fail-under=99").ret == 1
    monkeypatch.setenv("RED", "1")
    assert failing("-m", "static or not schema", "test_own.py").ret == 1
    project.write("migrations/003_drop.sql", "drop table posts;")
    assert failing("-m", "static").ret == 1


def test_what_else_fails_a_run_or_ends_it_is_not_passed_over(
    project: Project, failing: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("test_broken.py", "import nothing_of_that_name\n")
    broken = ("test_broken.py", "--continue-on-collection-errors")
    project.write("conftest.py", CONFTEST)
    runs: list[tuple[tuple[str, ...], str, int]] = [
        ((), "", 0), (broken, "", 1), ((*broken, "-n", "1"), "", 1), (("-x",), "", 1),
        ((), "FLOOR", 1), ((), "LEAVE", 1), ((), "", 0),
    ]  # fmt: skip
    for arguments, variable, code in runs:
        with monkeypatch.context() as one:
            if variable:
                one.setenv(variable, "1")
            done = failing("-m", "static", *arguments)
        assert (done.ret, PASSES in text_of(done)) == (code, not code), (arguments, variable)
        stopped = arguments == ("-x",) or variable == "LEAVE"
        assert (KEPT in text_of(done)) is stopped, (arguments, variable)


def test_a_run_without_a_database_does_not_pass_and_the_next_one_knows_the_one_before(
    project: Project, failing: Callable[..., pytest.RunResult]
) -> None:
    before = (project.path / "main.json").read_bytes()
    away, numbers = f"--schema-dsn={AWAY}", "--schema-report=metrics:numbers.prom"
    for more, code in (((), 1), (("-m", "not static"), 6)):
        night = failing(away, numbers, *more)
        assert night.ret == code
        assert PASSES not in text_of(night)
        assert "1 cannot tell" in lines_after(text_of(night), "what changed")[0]
        assert KEPT in text_of(night)
        assert (project.path / "main.json").read_bytes() == before
        text = (project.path / "numbers.prom").read_text(encoding="utf-8")
        assert 'schemaverify_cannot_tell{file="expectations.yaml"} 1\n' in text
    good = (project.path / "expectations.yaml").read_text()
    project.expect(f"{good}tabels: {{}}\n")
    assert KEPT in text_of(failing())
    project.expect(good)
    project.run("expectations.yaml", away, "--schema-report=json:other.json")
    untold = read(project.path / "other.json", "reading", "it").of("undetermined")
    assert [len(one.fingerprint) for one in untold] == [32]
    assert failing("-m", "static").ret == 0
    # Where the other run could find out no more, this one replaces it.
    (project.path / "main.json").write_bytes((project.path / "other.json").read_bytes())
    assert "json report: main.json\n" in text_of(failing(away))


def test_a_bug_in_comparing_is_told_once_and_ends_the_run_with_its_exit_code(
    project: Project, failing: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("migrations/002_drop.sql", "select 1;")
    monkeypatch.setattr("pytest_schemaverify.reports.comparing.compared", None)
    done = failing("-m", "static")
    assert done.ret == 6
    assert text_of(done).count("internal error in comparing with main.json") == 1
    assert "was not there yet" not in text_of(done)


HOLDS, FAILS = expectation("a"), expectation("a", finding("f", actual="CANARY"))
SKIPPED = expectation("a", outcome="skipped", reason="not on this server")
UNTOLD = expectation("a", outcome="undetermined", reason="no answer", fingerprint="u")
IN_PART = expectation("a", finding("g"), reason="no answer for the rest", fingerprint="u")
WARNED = expectation("a", finding("f"), outcome="warned")
KNOWN = expectation("a", finding("f", known="accepted"), outcome="known")
PARTLY_KNOWN = expectation("a", finding("f", known="later"), finding("g"))
OTHER = expectation("b", finding("f"), id="other.yaml::b")
PART = (Verified(file="expectations.yaml", against="", live=False, expectations=2),)


@pytest.mark.parametrize(
    ("before", "now", "there", "said"),
    [
        ([HOLDS], [FAILS], True, {"f": "new"}),
        ([FAILS], [FAILS], True, {"f": "still failing"}),
        ([FAILS], [HOLDS], True, {"f": "gone"}),
        ([FAILS], [KNOWN], True, {"f": "accepted"}),
        ([KNOWN], [FAILS], True, {"f": "new"}),
        ([WARNED], [FAILS], True, {"f": "new"}),
        ([FAILS], [WARNED], True, {"f": "still failing"}),
        ([WARNED], [WARNED], True, {"f": "still failing"}),
        ([FAILS], [SKIPPED], True, {"f": "not verified now"}),
        ([SKIPPED], [FAILS], True, {"f": "not verified before"}),
        ([UNTOLD], [FAILS], True, {"f": "not verified before"}),
        ([FAILS], [UNTOLD], True, {"f": "not verified now", "u": "cannot tell"}),
        ([UNTOLD], [UNTOLD], True, {"u": "cannot tell"}),
        ([FAILS], [IN_PART], True, {"g": "new", "f": "not verified now", "u": "cannot tell"}),
        ([FAILS], [PARTLY_KNOWN], True, {"g": "new", "f": "accepted"}),
        ([PARTLY_KNOWN], [FAILS], True, {"g": "gone", "f": "new"}),
        ([FAILS], [], True, {"f": "not verified now"}),
        ([FAILS], [], False, {"f": "gone"}),
        ([], [FAILS], True, {"f": "new"}),
        ([HOLDS], [HOLDS, OTHER], True, {"f": "new"}),
    ],
)
def test_only_what_both_runs_have_verified_is_new_or_gone(
    tmp_path: Path, before: list[Reported], now: list[Reported], there: bool, said: dict[str, str]
) -> None:
    earlier, this = written(tmp_path, record(*before)), record(*now)
    found = compared(this, earlier, "main.json", lambda one: there)
    assert sorted((one.fingerprint, one.change) for one in found.changes) == sorted(said.items())
    gone = {one.id for one in before} - {one.id for one in now}
    assert {*found.removed} == (set() if there else gone)
    assert {*found.added} == {one.id for one in now} - {one.id for one in before}
    # The other report may repeat values of rows.
    assert "CANARY" not in str([one for one in found.changes if one.change in ("gone", "accepted")])


def test_what_a_part_of_the_other_run_has_left_out_is_not_new(tmp_path: Path) -> None:
    earlier = written(tmp_path, record(expectation("b"), verified=PART))
    found = compared(record(FAILS), earlier, "main.json", lambda one: True)
    assert [one.change for one in found.changes] == ["not verified before"]
    assert found.added == ()


def test_what_the_other_run_could_not_read_is_not_new(tmp_path: Path) -> None:
    unread = Problem("expectations.yaml:1:1: an unknown key", Place("expectations.yaml", 1))
    earlier = written(tmp_path, record(verified=(), problems=(unread,)))
    found = compared(record(FAILS), earlier, "main.json", lambda one: True)
    assert [one.change for one in found.changes] == ["not verified before"]


def test_the_report_of_a_later_version_may_have_more_in_it(tmp_path: Path) -> None:
    later = json.loads(as_text.text(record(FAILS)))
    for one in (later, later["verified"][0], *later["expectations"]):
        one["colour"] = "red"
    later["expectations"][0]["findings"][0]["colour"] = "red"
    path = tmp_path / "later.json"
    path.write_text(json.dumps(later))
    assert read(path, "reading", "it").expectations == (FAILS,)


def test_what_is_new_takes_a_screen_at_most() -> None:
    worse = {"concern": "security", "check": "policies.using"}
    many = [expectation(f"t{one}", finding(str(one))) for one in range(100)]
    now = record(*many, expectation("p", finding("p"), **worse))
    shown = [*lines(compared(now, record(), "main.json", lambda one: True), 60)]
    assert len(shown) <= 30
    assert all(len(one) <= 60 for one in shown[1:])
    assert shown[0].endswith(": 101 new, 0 gone, 0 still failing")
    assert shown[1:3] == [
        "  expectations: 101 new", "  new          p: expected not null, actual null",
    ]  # fmt: skip
    assert shown[-1] == "  and 76 more"


def written(folder: Path, before: Record) -> Record:
    """Return a record as it is read from its own JSON."""
    path = folder / "main.json"
    path.write_text(as_text.text(before), encoding="utf-8")
    return read(path, "reading", "--schema-compare-with")
