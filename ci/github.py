"""What action.yml runs: the verification, and the comment on a pull request.

What it is given comes by variables of the environment: those that action.yml sets, and GitHub's,
https://docs.github.com/en/actions/reference/workflows-and-actions/variables.
"""

import json
import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

FORMATS = {
    "html": "schema.html", "markdown": "schema.md", "comment": "comment.md",
    "sarif": "schema.sarif", "junit": "schema.xml",
}  # fmt: skip
REPORT = "schema.json"
"""Before a run this is the report that it is compared with, if there is one."""
UNDER_WAY = {"queued", "pending", "in_progress"}
"""https://docs.github.com/en/rest/deployments/statuses"""
FORGOTTEN = timedelta(days=1)
"""Nobody has ended a deployment that is under way for longer: a job has at most six hours."""
WRONG_SETTING = 4
CANNOT_TELL = 6


class Unanswered(Exception):
    """GitHub has not answered, or not with JSON."""


class Refused(Unanswered):
    """GitHub does not let the job ask for that."""


def main() -> int:
    """Run what the first argument says, and return the exit code."""
    given = os.environ
    # pytest, and so the code of a pull request, does not get it.
    github = GitHub(given["GITHUB_API_URL"], given["GITHUB_REPOSITORY"], given.pop("TOKEN", ""))
    return verify(github) if sys.argv[1] == "verify" else comment(github)


class GitHub:
    """The API of a repository: https://docs.github.com/en/rest."""

    def __init__(self, url: str, repository: str, token: str) -> None:
        self.url = f"{url}/repos/{repository}"
        self.token = token

    def call(self, method: str, path: str, **body: str) -> Any:
        """Return what GitHub answers. Raises Unanswered or Refused."""
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self.token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        data = json.dumps(body).encode() if body else None
        request = Request(f"{self.url}{path}", data, headers, method=method)
        try:
            with urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise (Refused if error.code < 500 else Unanswered)(error) from error
        except (OSError, HTTPException) as error:  # also while the answer is read
            raise Unanswered(error) from error
        except ValueError as error:
            raise Unanswered(f"its answer is no JSON: {error}") from error


def verify(github: GitHub) -> int:
    """Run pytest and return its exit code; 0 where a deployment is why the database differs."""
    environment = os.environ["ENVIRONMENT"]
    try:
        before = deployments(github, environment) if environment else {}
        if any(before.values()):
            return quiet(environment)
        code = run()
        if code and environment and deployments(github, environment) != before:
            return quiet(environment)
    except Refused as error:
        say("error", f"GitHub does not say which deployments to {environment} there are: {error}. "
            "The job needs `permissions: {contents: read, deployments: read}`.")  # fmt: skip
        return WRONG_SETTING
    except Unanswered as error:
        say("error", f"GitHub did not say which deployments to {environment} there are: {error}. "
            "Run the job again.")  # fmt: skip
        return CANNOT_TELL
    tell(code)
    return code


def run() -> int:
    """Run pytest with what the inputs say, and return its exit code."""
    given, reports = os.environ, Path(os.environ["REPORTS"])
    reports.mkdir(parents=True, exist_ok=True)
    files = {name: reports / file for name, file in FORMATS.items()}
    for file in files.values():
        file.unlink(missing_ok=True)
    options = [f"--schema-report={name}:{file}" for name, file in files.items()]
    options.append(f"--schema-report=json:{reports / REPORT}")
    kept = str(reports / REPORT) if given["CACHE"] == "true" else ""
    if other := given["COMPARE_WITH"] or kept:
        options.append(f"--schema-compare-with={other}")
    if given["DSN_ENV"]:
        options.append(f"--schema-dsn-env={given['DSN_ENV']}")
    elif given["CACHE"] == "true":
        options.append("--schema-cache")
    try:
        arguments = shlex.split(given["ARGS"])
        return subprocess.run(["pytest", *arguments, *options], check=False).returncode
    except ValueError as error:
        say("error", f"The input `args` cannot be read: {error}. Quote it as in a shell.")
    except FileNotFoundError:
        say("error", "pytest is not installed here: leave out `requirement`, or install it before.")
    return WRONG_SETTING


def tell(code: int) -> None:
    """Write the summary of the job and the outputs of the step."""
    reports = Path(os.environ["REPORTS"])
    summary, short, sarif = (reports / FORMATS[name] for name in ("markdown", "comment", "sarif"))
    written = summary.exists()
    if not written:  # pytest has refused an option, so that there are no results
        heading = "## ❓ Nothing was verified"
        text = f"{heading}\n\nIt ended with exit code {code}. Its log says why.\n"
        summary.write_text(text, encoding="utf-8")
        short.write_text(text, encoding="utf-8")
    append("GITHUB_STEP_SUMMARY", summary.read_text(encoding="utf-8"))
    looked = "true" if written and code in (0, 1) else "false"
    append("GITHUB_OUTPUT", f"exit-code={code}\nreports={reports}\nlooked={looked}\n")
    if sarif.exists():
        append("GITHUB_OUTPUT", f"sarif={sarif}\n")


def deployments(github: GitHub, environment: str) -> dict[int, bool]:
    """Return the newest deployments to an environment: their ids, and whether they are under way.

    Those of this run are left out. Raises Unanswered.
    """
    path = f"/deployments?environment={quote(environment, safe='')}&per_page=100"
    newest = sorted((one["id"] for one in github.call("GET", path)), reverse=True)[:10]
    statuses = {one: github.call("GET", f"/deployments/{one}/statuses") for one in newest}
    return {one: under_way(said) for one, said in statuses.items() if not of_this_run(said)}


def of_this_run(statuses: list[dict[str, Any]]) -> bool:
    """Return whether a deployment with these statuses is of a job of this run.

    GitHub makes one for each job with an `environment`, also for one that only needs its secrets.
    """
    run = f"/actions/runs/{os.environ['GITHUB_RUN_ID']}/"
    return any(run in f"{one.get('log_url')}/" for one in statuses)


def under_way(statuses: list[dict[str, Any]]) -> bool:
    """Return whether a deployment with these statuses is under way."""
    if not statuses:  # it was asked for, and nobody has begun
        return False
    last = max(statuses, key=lambda one: one["id"])
    age = datetime.now(UTC) - datetime.fromisoformat(last["created_at"])
    return last["state"] in UNDER_WAY and age < FORGOTTEN


def quiet(environment: str) -> int:
    """Say that nothing can be said while a deployment is under way."""
    text = f"A deployment to {environment} is under way or has just ended: nothing is verified."
    say("notice", text)
    append("GITHUB_STEP_SUMMARY", f"{text}\n")
    return 0


def comment(github: GitHub) -> int:
    """Write a comment on the pull request, or change that of an earlier run. It fails nothing."""
    written = (Path(os.environ["REPORTS"]) / FORMATS["comment"]).read_text(encoding="utf-8")
    # Nobody sees this line, by which a later run finds the comment of the same use of the action.
    marker = f"<!-- pytest-schemaverify {os.environ['NAME']} -->"
    text = f"{marker}\n{written}"
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    thread = f"/issues/{event['pull_request']['number']}/comments"
    try:
        earlier = own_comment(github, thread, marker)
        if earlier is not None:
            github.call("PATCH", f"/issues/comments/{earlier}", body=text)
        elif os.environ["EXIT_CODE"] != "0":
            github.call("POST", thread, body=text)
    except Unanswered as error:
        say("notice", f"There is no comment: {error}. The job needs `pull-requests: write`, "
            "which it never has for a fork. The summary of the job says the same.")  # fmt: skip
    return 0


def own_comment(github: GitHub, thread: str, marker: str) -> int | None:
    """Return the id of the comment of an earlier run. Raises Unanswered."""
    for page in count(1):
        found = github.call("GET", f"{thread}?per_page=100&page={page}")
        for one in found:
            # Everybody may write the marker, and change later what they have written.
            author = one["user"] or {}  # nobody, where the account is gone
            if author.get("type") == "Bot" and one["body"].startswith(marker):
                return int(one["id"])
        if len(found) < 100:
            break
    return None


def say(kind: str, text: str) -> None:
    """Print a line that GitHub shows with the job: a notice or an error."""
    print(f"::{kind} title=pytest-schemaverify::{text}", flush=True)


def append(variable: str, text: str) -> None:
    """Append to the file that a variable of GitHub's names."""
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main())
