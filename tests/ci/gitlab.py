"""A job on GitLab that a component makes: its lines, run in order with what GitLab gives them."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

TEMPLATES = Path(__file__).parents[2] / "templates"


def documents(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header of a component and what is below it."""
    header, body = yaml.safe_load_all((TEMPLATES / f"{name}.yml").read_text(encoding="utf-8"))
    return header, body


def included(name: str, **inputs: str) -> dict[str, Any]:
    """Return what a component becomes where it is included with these inputs."""
    header, body = documents(name)
    given = {key: one.get("default") for key, one in header["spec"]["inputs"].items()}
    known = set(given)
    given |= {key.replace("_", "-"): value for key, value in inputs.items()}
    assert set(given) == known, "an input that the component does not have"
    assert None not in given.values(), "an input that has no default is not given"
    filled: dict[str, Any] = _filled(body, given)
    return filled


def _filled(value: Any, given: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {_filled(key, given): _filled(one, given) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, given) for one in value]
    if isinstance(value, str):
        return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda one: given[one[1]], value)
    return value


def run(
    job: Mapping[str, Any], folder: Path, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Run the script of a job in a checkout."""
    given = {"GITLAB_CI": "true", "CI": "true", "CI_COMMIT_REF_NAME": "main"}
    given |= {"CI_PROJECT_DIR": str(folder)}
    for name, value in job["variables"].items():
        given[name] = re.sub(r"\$(\w+)", lambda one: given.get(one[1], ""), value)
    return subprocess.run(
        ["bash", "-c", "\n".join(["set -eo pipefail", *job["script"]])],
        cwd=folder, env={**environment, **given}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False, timeout=100,
    )  # fmt: skip
