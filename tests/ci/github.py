"""A job on GitHub that uses the action: its steps, run in order with what GitHub gives them.

Of the actions of others it is noted what they were given; only the report is kept and found again.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .github_api import TOKEN, Api

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
WORD = re.compile(r"'(?P<text>[^']*)'|(?P<sign>&&|\|\||==|!=|!|\(|\))|(?P<name>[\w.-]+)|\s+")
SIGNS = {"&&": " and ", "||": " or ", "!": " not "}


def value(expression: str, contexts: Mapping[str, str]) -> Any:
    """Return the value of an expression; names that are not in `contexts` are empty.

    https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
    """

    def python(word: re.Match[str]) -> str:
        if word["name"]:
            return repr(contexts.get(word["name"], ""))
        return SIGNS.get(word["sign"], word["sign"]) if word["sign"] else repr(word["text"] or "")

    expression = expression.replace("cancelled()", "cancelled")
    words = [*WORD.finditer(expression)]
    assert "".join(word[0] for word in words) == expression, expression
    return eval("".join(python(word) for word in words if word[0].strip()))


def filled(text: Any, contexts: Mapping[str, str]) -> str:
    """Return a text with the values of its expressions."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda one: str(value(one[1].strip(), contexts)), str(text))


@dataclass
class Done:
    """What a job has left."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    used: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """The actions of others, and what they were given."""


@dataclass
class Runner:
    """A machine that runs the action in `workspace`; what it keeps for later jobs is in `kept`.

    `of_job` is the `environment` of the job, to which GitHub notes a deployment while it runs.
    """

    workspace: Path
    temp: Path
    api: Api
    environment: Mapping[str, str]
    kept: dict[str, bytes] = field(default_factory=dict)
    of_job: str = ""
    runs: int = 0

    def run(self, event: str, branch: str, base: str = "", **inputs: str) -> Done:
        """Run the steps of the action as a job does, and return what it has left."""
        shutil.rmtree(self.temp, ignore_errors=True)
        self.temp.mkdir()
        self.runs += 1
        run = str(100 + self.runs)
        noted = self.api.deploy(self.of_job, "in_progress", run=run) if self.of_job else {}
        given = {name: one.get("default", "") for name, one in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): one for name, one in inputs.items()}
        assert given.keys() == ACTION["inputs"].keys()
        contexts = {
            "github.token": TOKEN, "github.event_name": event, "github.base_ref": base,
            "github.ref_name": branch, "github.run_id": run,
            "github.run_attempt": "1", "runner.os": "Linux", "runner.temp": str(self.temp),
        }  # fmt: skip
        contexts |= {f"inputs.{name}": filled(one, contexts) for name, one in given.items()}
        done = Done()
        for step in ACTION["runs"]["steps"]:
            condition = step.get("if", "${{ success() }}").removeprefix("${{").removesuffix("}}")
            if (done.code and "cancelled()" not in condition) or not self._is(condition, contexts):
                continue
            if "uses" in step:
                given = {name: filled(one, contexts) for name, one in step["with"].items()}
                done.used.append((step["uses"].partition("@")[0], given))
                self._use(*done.used[-1])
            else:
                self._step(step, contexts, done)
        noted["state"] = "failure" if done.code else "success"
        for name, one in ACTION["outputs"].items():
            done.outputs[name] = filled(one["value"], contexts)
        return done

    def _is(self, condition: str, contexts: Mapping[str, str]) -> bool:
        return condition.strip() == "success()" or bool(value(condition.strip(), contexts))

    def _use(self, action: str, given: Mapping[str, str]) -> None:
        path = Path(given.get("path", ""))
        if action == "actions/cache/restore":
            found = [key for key in self.kept if key.startswith(given["restore-keys"])]
            if found:
                path.parent.mkdir(parents=True)
                path.write_bytes(self.kept[found[-1]])
        elif action == "actions/cache/save":
            self.kept[given["key"]] = path.read_bytes()

    def _step(self, step: Mapping[str, Any], contexts: dict[str, str], done: Done) -> None:
        names = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_EVENT_PATH")
        output, summary, event = files = [self.temp / name for name in names]
        output.write_text("")
        summary.write_text("")
        event.write_text(json.dumps({"pull_request": {"number": 7}}))
        own = {name: filled(one, contexts) for name, one in step.get("env", {}).items()}
        script = self.temp / "script.sh"
        script.write_text(step["run"])
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace / filled(step.get("working-directory", "."), contexts),
            env={
                **self.environment, **own, "GITHUB_ACTIONS": "true", "CI": "true",
                "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_API_URL": self.api.url,
                "GITHUB_REPOSITORY": "shop/app", "GITHUB_WORKSPACE": str(self.workspace),
                "GITHUB_SERVER_URL": "https://github.com", "GITHUB_SHA": "0" * 40,
                "GITHUB_REF_NAME": contexts["github.ref_name"], "RUNNER_TEMP": str(self.temp),
                "GITHUB_RUN_ID": contexts["github.run_id"],
                **{name: str(file) for name, file in zip(names, files, strict=True)},
            },
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=100,
        )  # fmt: skip
        done.log += ran.stdout
        done.code = done.code or ran.returncode
        done.summary += summary.read_text()
        for line in output.read_text().splitlines():
            name, _, one = line.partition("=")
            contexts[f"steps.{step['id']}.outputs.{name}"] = one
