"""Several jobs, each with its part of the expectations."""

import re

import pytest

from pytest_schemaverify.databases import Dsn
from tests.projects import EXPECTATIONS, NUMBER, WRONG, Project, shows_no_traceback, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

STAGES = EXPECTATIONS.replace(
    "migrations}",
    "migrations, at: {before: {tables: {users: absent, a: absent, b: absent, c: absent}}}}",
)


def names(project: Project, *arguments: str) -> list[str]:
    """Return the ids that a run has, without a database."""
    result = project.run("--collect-only", "-q", *arguments)
    return [line for line in result.outlines if "::" in line]


@pytest.mark.parametrize("of", [1, 2, 3, 5])
def test_the_parts_are_everything_once_and_of_one_size(project: Project, of: int) -> None:
    everything = names(project)
    parts = [names(project, f"--schema-shard={number}/{of}") for number in range(1, of + 1)]
    assert len(everything) == NUMBER
    assert sorted(name for part in parts for name in part) == sorted(everything)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert all(part == [name for name in everything if name in part] for part in parts)


def test_a_part_is_the_same_in_every_process(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = set()
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        result = project.run_apart("--collect-only", "-q", "--schema-shard=1/3")
        found.add(tuple(line for line in result.outlines if "::" in line))
    assert found == {tuple(names(project, "--schema-shard=1/3"))}


def test_a_part_does_not_depend_on_what_is_chosen_of_it(project: Project) -> None:
    whole = names(project, "--schema-shard=1/2")
    assert names(project, "--schema-shard=1/2", "-k", "columns") == [
        name for name in whole if "columns" in name
    ]
    assert names(project, "--schema-shard=1/2", "expectations.yaml") == whole
    one = whole[0]
    assert names(project, "--schema-shard=1/2", one) == [one]
    assert names(project, "--schema-shard=2/2", one) == []


def test_what_holds_at_one_moment_stays_together(project: Project) -> None:
    project.expect(STAGES)
    parts = [names(project, f"--schema-shard={number}/4") for number in range(1, 5)]
    at = [[name for name in part if "::migrations.at." in name] for part in parts]
    assert sorted(map(len, at)) == [0, 0, 0, 4]


def test_the_parts_of_a_run_verify_what_they_have(project: Project) -> None:
    project.expect(WRONG)
    project.write("test_other.py", "def test_other(): pass")
    wrong = 0
    for number in (1, 2):
        result = project.run_apart(f"--schema-shard={number}/2", "-p", "no:xdist")
        counted = result.parseoutcomes()
        assert counted["deselected"] == NUMBER // 2
        assert counted["passed"] + counted.get("failed", 0) == NUMBER // 2 + 1
        wrong += counted.get("failed", 0)
    assert wrong == 1


@pytest.mark.parametrize("how", [["-n2"], ["-n2", "--dist=loadscope"], ["-n2", "--maxfail=1"]])
def test_workers_share_a_part(project: Project, filled: Dsn, how: list[str]) -> None:
    result = project.run_apart("--schema-shard=2/2", f"--schema-dsn={filled}", "-v", *how)
    # Workers name an item behind its outcome, pytest's own process in front of it.
    shown = re.findall(
        r"(?:PASSED|SKIPPED) (\S+::\S+)|(\S+::\S+) (?:PASSED|SKIPPED)", text_of(result)
    )
    assert {behind or before for behind, before in shown} == set(
        names(project, "--schema-shard=2/2")
    )
    assert result.ret == 0


@pytest.mark.parametrize("shard", ["0/5", "6/5", "2", "a/b", "1/0", "-1/5", "1/5/2", "²/5"])
def test_a_part_that_there_cannot_be_is_a_usage_error(project: Project, shard: str) -> None:
    result = project.run(f"--schema-shard={shard}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    text = text_of(result)
    assert f"reading --schema-shard={shard}" in text
    assert "N/M with N from 1 to M" in text
    assert shows_no_traceback(text)


def test_more_parts_than_expectations_leave_one_without_any(project: Project) -> None:
    codes = {project.run(f"--schema-shard={n}/13", "--collect-only").ret for n in range(1, 14)}
    assert codes == {0, pytest.ExitCode.NO_TESTS_COLLECTED}
