"""The components do on GitLab what they say: every line of their scripts is run."""

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator
from psycopg import connect

from pytest_schemaverify.databases import Dsn
from tests.guides import environment

from . import gitlab

NAMES = sorted(path.stem for path in gitlab.TEMPLATES.glob("*.yml"))
EXPECTATIONS = "migrations: {directory: migrations}\ntables: {users: {columns: {id: text}}}\n"


@pytest.mark.parametrize("name", NAMES)
def test_gitlab_takes_the_component(name: str) -> None:
    schemas = pytest.importorskip("check_jsonschema.builtin_schemas")
    checked = Draft7Validator(schemas.get_builtin_schema("vendor.gitlab-ci"))
    header, _ = gitlab.documents(name)
    required = [key for key, one in header["spec"]["inputs"].items() if "default" not in one]
    for document in (header, gitlab.included(name, **dict.fromkeys(required, "given"))):
        assert [*checked.iter_errors(document)] == []
    assert all(one["description"] for one in header["spec"]["inputs"].values())


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of the branch main, beside the repository that it comes from."""
    origin = tmp_path / "origin"
    (origin / "migrations").mkdir(parents=True)
    (origin / "migrations/001_users.sql").write_text("create table users (id int);")
    (origin / "expectations.yaml").write_text(EXPECTATIONS)
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "origin")
    commit(origin)
    git(tmp_path, "clone", "--quiet", "origin", "checkout")
    return tmp_path / "checkout"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=me", "-c", "user.email=me@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=what is deployed")


def test_a_merge_request_gets_its_findings_and_the_job_their_exit_code(checkout: Path) -> None:
    [job] = gitlab.included("schemaverify", args="expectations.yaml -q").values()
    done = gitlab.run(job, checkout, environment(checkout.parent))
    assert done.returncode == 1, done.stdout
    reports = {kind: checkout / path for kind, path in job["artifacts"]["reports"].items()}
    [found] = json.loads(reports["codequality"].read_text())
    assert found["location"] == {"path": "migrations/001_users.sql", "lines": {"begin": 1}}
    assert len(ElementTree.parse(reports["junit"]).findall(".//failure")) == 1
    assert {one.name for one in (checkout / "schemaverify").iterdir()} == {
        "code-quality.json", "junit.xml", "report.html", "report.json",
    }  # fmt: skip
    assert [*(checkout / ".cache/pytest-schemaverify/databases").iterdir()]


def test_a_night_fails_for_what_is_new_and_knows_what_was_deployed_meanwhile(
    checkout: Path, database: Dsn
) -> None:
    [job] = gitlab.included(
        "schemaverify-drift", dsn_env="PRODUCTION", resource_group="production"
    ).values()
    surroundings = environment(checkout.parent, PRODUCTION=str(database))

    def night() -> tuple[int, str]:
        done = gitlab.run(job, checkout, surroundings)
        return done.returncode, done.stdout

    with connect(database, autocommit=True) as connection:
        connection.execute("create table users (id int)")
        assert night()[0] == 1
        assert night()[0] == 0
        surroundings["PRODUCTION"] = "postgresql://me@127.0.0.1:1/app"
        assert night()[0] == 6
        surroundings["PRODUCTION"] = str(database)
        connection.execute("alter table users alter id type text")
        (checkout.parent / "origin/expectations.yaml").write_text(
            "tables: {users: {columns: {id: text}, comment: People}}\n"
        )
        commit(checkout.parent / "origin")
        code, said = night()
        assert (code, "1 new, 1 gone, 0 still failing" in said) == (1, True), said
