"""What docs/guides/ci.md says of the action and of the components is so."""

import re
import tomllib
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.guides import ROOT, blocks

from . import gitlab
from .github import ACTION

PAGE = (ROOT / "docs/guides/ci.md").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
FILES: list[dict[Any, Any]] = [
    yaml.safe_load(block.text)
    for page in (PAGE, TUTORIAL)
    for block in blocks(page)
    if block.path.endswith(".yml")
]
ITSELF = "pytest-schemaverify/pytest-schemaverify"


def test_each_workflow_gives_the_action_inputs_that_it_has_and_what_they_need() -> None:
    workflows = [one for one in FILES if "jobs" in one]
    assert len(workflows) == 4
    for workflow in workflows:
        [job] = workflow["jobs"].values()
        [step] = [one for one in job["steps"] if one.get("uses", "").startswith(f"{ITSELF}@")]
        given = step.get("with", {})
        assert set(given) <= set(ACTION["inputs"])
        needed = {"contents": "read"}
        if given.get("comment") is not False and "pull_request" in workflow[True]:  # `on`
            needed["pull-requests"] = "write"
        if "environment" in given:
            needed["deployments"] = "read"
        assert workflow["permissions"] == needed
        assert "dsn-env" not in given or given["dsn-env"] in job["env"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.get("name", "gitlab"))
def test_github_and_gitlab_take_each_file(file: dict[Any, Any]) -> None:
    schemas = pytest.importorskip("check_jsonschema.builtin_schemas")
    name = "github-workflows" if "jobs" in file else "gitlab-ci"
    checked = Draft7Validator(schemas.get_builtin_schema(f"vendor.{name}"))
    text = {"on" if key is True else key: one for key, one in file.items()}  # as YAML 1.2 reads it
    assert [*checked.iter_errors(text)] == []


def test_the_table_of_inputs_is_that_of_the_action() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*?) ?\| .*\|$", PAGE, re.MULTILINE)
    defaults = {name: one["default"] for name, one in ACTION["inputs"].items()}
    said = {name: text.strip("`") for name, text in rows}
    assert said == defaults | {"token": "the job's"}


def test_each_component_is_included_with_inputs_that_it_has() -> None:
    included = [one for file in FILES for one in file.get("include", [])]
    names = [one["remote"].rpartition("/")[2].removesuffix(".yml") for one in included]
    assert sorted(names) == sorted(path.stem for path in gitlab.TEMPLATES.glob("*.yml"))
    for name, one in zip(names, included, strict=True):
        gitlab.included(name, **one["inputs"])
    [listed] = re.findall(r"^.*?`inputs` are (.*?)\. ", PAGE, re.MULTILINE)
    inputs = gitlab.documents("schemaverify")[0]["spec"]["inputs"]
    assert re.findall(r"`([a-z-]+)`", listed) == [*inputs]


def test_the_version_is_that_of_this_tree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(rf"{ITSELF}[@/]v([\d.]+\d)\b", PAGE + TUTORIAL)
    assert len(versions) == 6
    assert set(versions) == {project["version"]}


def test_actions_in_the_action_are_pinned_to_commits() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    used = re.findall(r"uses: (?!\./)(.*)", text.partition("\nruns:")[2])
    assert len(used) == 5
    assert all(re.fullmatch(r"\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in used)
