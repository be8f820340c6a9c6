"""The action does on GitHub what it says: every step of action.yml is run."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.guides import environment

from .github import ACTION, Done, Runner
from .github_api import Api, serving

WRONG = {"one": "drop table users;", "two": "drop table posts;"}
EXPECTATIONS = "migrations: {directory: migrations}\nrules: {no_destructive_statements: true}\n"
STATIC = "expectations.yaml -m static -o 'junit_suite_name=$(touch pwned); touch pwned'"
"""No database is started for these, and what a shell would run is no more than a text."""
MARKER = "<!-- pytest-schemaverify schema -->\n"
FOREIGN = {"id": 1, "user": {"type": "User"}, "body": f"{MARKER}All is well."}


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with serving() as served:
        yield served


@pytest.fixture(scope="module")
def runner(api: Api, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    folder = tmp_path_factory.mktemp("github")
    (folder / "app/db/migrations").mkdir(parents=True)
    (folder / "app/db/expectations.yaml").write_text(EXPECTATIONS)
    return Runner(folder / "app", folder / "temp", api, environment(folder))


def migrate(runner: Runner, *names: str) -> None:
    """Have the project these migrations and no others."""
    folder = runner.workspace / "db/migrations"
    for path in folder.iterdir():
        path.unlink()
    for name in names:
        (folder / f"{name}.sql").write_text(WRONG.get(name, "create table users (id int);"))


def verify(runner: Runner, event: str = "pull_request", **inputs: str) -> Done:
    given = {"args": STATIC, "working_directory": "db"} | inputs
    branch, base = ('a";touch pwned;"', "main") if event == "pull_request" else ("main", "")
    return runner.run(event, branch, base, **given)


def used(done: Done) -> list[str]:
    return [name for name, _ in done.used]


def test_a_pull_request_is_compared_with_its_branch_and_commented_once(
    runner: Runner, api: Api
) -> None:
    gone = {**FOREIGN, "user": None}
    api.comments[:] = [FOREIGN.copy(), gone, *({**FOREIGN, "body": "Hello"} for _ in range(119))]
    migrate(runner, "one")
    main = verify(runner, "push")
    assert main.code == 1, main.log
    assert main.outputs["exit-code"] == "1"
    assert used(main) == [
        "actions/setup-python", "actions/cache", "actions/cache/restore", "actions/cache/save",
    ]  # fmt: skip
    assert len(api.comments) == 121

    migrate(runner, "one", "two")
    asked = verify(runner, sarif="true")
    assert asked.code == 1
    assert "1 new, 0 gone, 1 still failing" in asked.log
    assert "**1 new, 0 gone, 1 still failing**" in asked.summary
    assert "posts" in asked.summary
    reports = Path(asked.outputs["reports"])
    assert [(name, given) for name, given in asked.used if "codeql" in name] == [
        ("github/codeql-action/upload-sarif",
         {"sarif_file": f"{reports}/schema.sarif", "category": "schemaverify-schema"}),
    ]  # fmt: skip
    assert {one.name for one in reports.iterdir()} == {
        "schema.html", "schema.md", "comment.md", "schema.sarif", "schema.xml", "schema.json",
    }  # fmt: skip
    sarif = (reports / "schema.sarif").read_text()
    assert '"uri": "db/migrations/two.sql"' in sarif
    assert "::error file=db/" in asked.log
    assert "actions/cache/save" not in used(asked)
    assert len(api.comments) == 122
    assert api.comments[-1]["body"] == MARKER + (reports / "comment.md").read_text()

    assert verify(runner, name="schema two").code == 1
    assert len(api.comments) == 123
    other = api.comments[-1]["body"]
    assert other.startswith("<!-- pytest-schemaverify schema two -->\n")

    migrate(runner, "users")
    again = verify(runner)
    assert again.code == 0, again.log
    assert len(api.comments) == 123
    assert "The database is what the file says" in api.comments[-2]["body"]
    assert api.comments[-1]["body"] == other
    assert api.comments[0] == FOREIGN
    assert not [*runner.workspace.rglob("pwned")]


def test_a_token_that_may_not_write_changes_nothing_else(runner: Runner, api: Api) -> None:
    api.comments.clear()
    api.refused.append("POST")
    migrate(runner, "one")
    done = verify(runner)
    api.refused.clear()
    assert (done.code, done.outputs["exit-code"]) == (1, "1")
    assert "::notice title=pytest-schemaverify::There is no comment: HTTP Error 403" in done.log
    assert "The database is not what the file says" in done.summary
    assert api.comments == []


def test_what_github_does_not_answer_is_said_without_a_traceback(runner: Runner, api: Api) -> None:
    migrate(runner, "one")
    for broken, why in (
        ("silent", "Remote end closed connection without response"),
        ("half", "IncompleteRead"),
        ("page", "its answer is no JSON: Expecting value"),
    ):
        api.broken = broken
        done = verify(runner, "schedule", environment="production")
        assert (done.code, done.outputs["exit-code"]) == (6, "")
        assert "::error title=pytest-schemaverify::GitHub did not say which deploy" in done.log
        assert why in done.log
        assert "Traceback" not in done.log
    done = verify(runner)
    api.broken = ""
    assert (done.code, done.outputs["exit-code"]) == (1, "1")
    assert "::notice title=pytest-schemaverify::There is no comment: its answer is no" in done.log
    assert "Traceback" not in done.log


def test_a_run_that_cannot_begin_says_so_everywhere(runner: Runner, api: Api) -> None:
    api.comments[:] = [{"id": 9000, "user": {"type": "Bot"}, "body": FOREIGN["body"]}]
    kept = dict(runner.kept)
    done = verify(runner, args="--schema-platfrom=x", cache="false", sarif="true")
    assert (done.code, done.outputs["exit-code"]) == (4, "4")
    assert "Nothing was verified" in done.summary
    assert "It ended with exit code 4" in api.comments[0]["body"]
    assert used(done) == ["actions/setup-python"]
    assert verify(runner, "push", args="--schema-platfrom=x").code == 4
    assert runner.kept == kept


def test_what_is_wrong_with_an_input_is_said_without_a_traceback(
    runner: Runner, tmp_path: Path
) -> None:
    for name in ("bash", "python"):  # and no pytest
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    bare = replace(runner, environment={**runner.environment, "PATH": str(tmp_path)})
    for machine, args, said in (
        (
            runner,
            "expectations.yaml -k 'a",
            "The input `args` cannot be read: No closing quotation",
        ),
        (bare, "expectations.yaml", "pytest is not installed here: leave out `requirement`"),
    ):
        done = verify(machine, "push", args=args, requirement="")
        assert (done.code, done.outputs["exit-code"]) == (4, "4")
        assert done.log.startswith(f"::error title=pytest-schemaverify::{said}")
        assert "Traceback" not in done.log


def test_only_the_steps_that_are_asked_for_are_run(runner: Runner, api: Api) -> None:
    api.comments.clear()
    migrate(runner, "users")
    done = verify(runner, python_version="", requirement="", cache="false", name="other")
    assert (done.code, done.used) == (0, [])
    assert api.comments == []  # all is well from the start
    assert done.outputs["reports"].endswith("/schemaverify/other")


def test_a_database_is_not_verified_while_it_is_deployed_to(runner: Runner, api: Api) -> None:
    """A night, in which a deployment begins before, meanwhile, and not at all."""
    migrate(runner, "one")
    runner.environment = {**runner.environment, "PRODUCTION": "postgresql://db.invalid/app"}
    night = {"args": f"{STATIC} --schema-only-new", "dsn_env": "PRODUCTION"}
    night |= {"environment": "production", "name": "production", "comment": "false"}
    api.deploy("production", "in_progress", "2026-01-01T03:00:00Z")  # nobody has ended it
    api.deploy("staging", "in_progress")
    api.deploy("production", "in_progress")
    done = verify(runner, "schedule", **night)
    assert (done.code, done.outputs["exit-code"]) == (0, "")
    assert "A deployment to production is under way" in done.summary
    assert "expectations.yaml" not in done.log

    api.deployments[-1]["statuses"][0]["state"] = "success"
    api.coming.append("production")
    done = verify(runner, "schedule", **night)
    assert "1 failed" in done.log
    assert (done.code, done.outputs["exit-code"]) == (0, "")
    assert "A deployment to production is under way" in done.summary
    assert not [key for key in runner.kept if "production" in key]

    runner.of_job = "production"  # whose secrets the job has
    nights = [verify(runner, "schedule", **night) for _ in range(2)]
    runner.of_job = ""
    assert [(one.code, one.outputs["exit-code"]) for one in nights] == [(1, "1"), (0, "0")]
    api.refused.append("deployments")
    done = verify(runner, "schedule", **night)
    api.refused.clear()
    assert done.code == 4
    assert "::error title=pytest-schemaverify::GitHub does not say which deploy" in done.log


def test_no_script_of_the_action_has_an_expression_in_it() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 3
    assert "${{" not in "".join(scripts)
    assert json.dumps(ACTION["runs"]).count("inputs.token") == 2
