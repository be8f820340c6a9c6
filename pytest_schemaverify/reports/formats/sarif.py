"""The differences as SARIF 2.1.0, for GitHub's code scanning and for editors.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html is the standard, and
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support what
GitHub reads of it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from os import fsencode
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pytest_schemaverify.reports.check_pages import check_page, repository
from pytest_schemaverify.reports.differences import READABLE, Difference, differences, unread
from pytest_schemaverify.reports.record import Place, Problem, Record

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST = 5000
"""Results of a run that GitHub shows."""
_LEVELS = {"error": "error", "warn": "warning", "info": "note"}
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")
"""The beginning of what SARIF takes for a link in a message."""


def text(record: Record) -> str:
    """Return one run of SARIF with at most 5,000 results, the worst first."""
    found = differences(record)
    problems = [*unread(record)]
    concerns = {one.check: one.concern for one in record.expectations}
    concerns |= {READABLE: "correctness"} if problems else {}
    described = [_rule(name, concerns[name]) for name in sorted(concerns)]
    index = {rule["id"]: number for number, rule in enumerate(described)}
    results = [_unread(one, fingerprint, record, index) for one, fingerprint in problems[:MOST]]
    results += [_result(one, record, index) for one in found[: MOST - len(results)]]
    run = {
        "tool": {
            "driver": {
                "name": "pytest-schemaverify",
                "semanticVersion": record.version,
                "informationUri": repository(),
                "rules": described,
            }
        },
        "invocations": [_invocation(record, found, left=len(problems) + len(found) - len(results))],
        # Without a path: each reader has the repository at another place.
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the root of the repository"}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _rule(name: str, concern: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": name, "defaultConfiguration": {"level": "error"}}
    if name == READABLE:
        sentence = "Every file that the run needs can be read."
        return rule | {key: {"text": sentence} for key in _DESCRIPTIONS}
    page = check_page(name)
    more = f"{page.sentence}\n\n{page.why}\n\n[All of the page]({page.address})"
    properties = {"tags": [concern], "problem.severity": "error"}
    # With a number GitHub lists it among what is about security; from 7.0 on that is "high".
    properties |= {"security-severity": "7.0"} if concern == "security" else {}
    return {
        **rule,
        "shortDescription": {"text": page.sentence},
        "fullDescription": {"text": _short(page.why) or page.sentence},
        "help": {"text": more, "markdown": more},
        "helpUri": page.address,
        "properties": properties,
    }


_DESCRIPTIONS = ("shortDescription", "fullDescription", "help")


def _short(markdown: str) -> str:
    """Return the first paragraph, without links, in the 1,024 characters that GitHub takes."""
    first = " ".join(markdown.split("\n\n")[0].split())
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", first)[:1000]


def _result(one: Difference, record: Record, index: Mapping[str, int]) -> dict[str, Any]:
    finding, cause = one.finding, one.cause
    properties = {"expectation": one.of.id, "category": one.of.category, "concern": one.of.concern}
    lines = [f"{one.of.name}: {one.sentence}"]
    result = {
        "ruleId": one.of.check,
        "ruleIndex": index[one.of.check],
        "level": _LEVELS[one.of.severity],
        "locations": [_location(one.of.place, record)],
        "partialFingerprints": {_FINGERPRINT: one.fingerprint},
        "properties": properties,
    }
    if finding is not None:
        # A fix of SARIF replaces text of a file; these are statements for a database.
        properties |= {"fix": finding.fix} if finding.fix else {}
        lines += filter(None, (finding.hint, finding.fix and f"fix: {finding.fix}"))
    lines = [_LINK.sub(r"\\[", line) for line in lines]
    if cause is not None:
        verb = "it is in" if finding is not None and finding.place else "last changed in"
        lines.append(f"{verb} [{cause.file}:{cause.line}](1)")
        message = {"text": f"{verb} {cause.file}:{cause.line}"}
        result["relatedLocations"] = [
            {"id": 1, **_location(cause, record), "message": message},
        ]
    if one.known:
        result["suppressions"] = [{"kind": "external", "justification": one.known}]
    return result | {"message": {"text": "\n".join(lines)}}


def _unread(
    one: Problem, fingerprint: str, record: Record, index: Mapping[str, int]
) -> dict[str, Any]:
    # GitHub takes what is in no result for repaired, so that a file that nobody can read is one.
    place = one.place or Place(record.verified[0].file if record.verified else ".", 1)
    return {
        "ruleId": READABLE,
        "ruleIndex": index[READABLE],
        "level": "error",
        "message": {"text": _LINK.sub(r"\\[", one.message)},
        "locations": [_location(place, record)],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }


def _location(place: Place, record: Record) -> dict[str, Any]:
    path = Path(record.path(place))
    base = {} if path.is_absolute() else {"uriBaseId": _ROOT}
    uri = path.as_uri() if path.is_absolute() else quote(fsencode(path))
    region = {"startLine": place.line, "startColumn": place.column}
    # GitHub requires an end, which is behind the first character.
    region |= {"endLine": place.line, "endColumn": place.column + 1}
    return {"physicalLocation": {"artifactLocation": {"uri": uri, **base}, "region": region}}


_ROOT = "SRCROOT"
_FINGERPRINT = "primaryLocationLineHash"
"""The only one by which GitHub recognises a result."""


def _invocation(record: Record, found: Sequence[Difference], left: int) -> dict[str, Any]:
    untold = [one for one in found if one.untold]
    return {
        "executionSuccessful": not (untold or record.problems or record.interrupted),
        "exitCode": record.exit_code,
        "startTimeUtc": record.began.replace("+00:00", "Z"),
        "toolExecutionNotifications": [*_notifications(record, untold, left)],
    }


def _notifications(
    record: Record, untold: Sequence[Difference], left: int
) -> Iterator[dict[str, Any]]:
    for problem in record.problems:
        places = {"locations": [_location(problem.place, record)]} if problem.place else {}
        yield {"level": "error", "message": {"text": problem.message}, **places}
    for one in untold:
        yield {
            "level": "error",
            "message": {"text": f"{one.of.name}: {one.sentence}"},
            "locations": [_location(one.of.place, record)],
            "associatedRule": {"id": one.of.check},
        }
    if record.interrupted:
        yield {"level": "error", "message": {"text": "the run was stopped before its end"}}
    if left:
        told = f"{MOST} of {MOST + left} results are here, the worst first; {left} are left out"
        yield {"level": "warning", "message": {"text": told}}
