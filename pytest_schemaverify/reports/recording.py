"""From the result of an expectation to the plain values that a record has of it."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from pytest_schemaverify.findings import lasting
from pytest_schemaverify.kinds import category_of
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.concerns import concern_of
from pytest_schemaverify.reports.record import Place, Verified, place_in
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.known_findings import KnownFindings, known_of
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

_CHANGED = re.compile(r"^(?:last changed|dropped or renamed|last named) in (.+:\d+)$")


def of_result(
    result: Result, item: str, file: str, known: KnownFindings | None, *, values: bool
) -> dict[str, Any]:
    """Return the fields of `Reported` but `outcome` and `seconds`, which pytest's report has.

    `item` is its id, `file` how the file is called if the expectation does not say it, and `known`
    are the findings that the run knows. Values of rows are there only for `values`.
    """
    planned = result.planned
    place = {"file": planned.file or file, "line": planned.line, "column": planned.column}
    lasts = _digest(item, "cannot tell", lasting(result.undetermined))
    return {
        "id": item, "check": planned.check, "category": category_of(planned.check),
        "concern": concern_of(planned.check), "place": place,
        "severity": planned.under.severity, "preset": planned.preset,
        "reason": masked(result.undetermined or result.skipped),
        "fingerprint": lasts if result.undetermined else "",
        "findings": list(_findings(result, item, known, values=values)),
    }  # fmt: skip


def _findings(
    result: Result, item: str, known: KnownFindings | None, *, values: bool
) -> Iterator[dict[str, Any]]:
    for finding, one in zip(result.findings, known_of(item, result.findings), strict=True):
        shown = finding.masked
        accepted = result.known or (known.why(one) if known is not None else "")
        changed = _CHANGED.match(shown.changed)
        hints = (shown.hint, "" if changed else shown.changed)
        place, at = place_in(shown.place), place_in(changed[1] if changed else "")
        yield {
            "subject": shown.subject, "expected": shown.expected,
            "actual": shown.actual if values else shown.without_values or shown.actual,
            "read_as": list(shown.read_as), "cause": shown.cause,
            "hint": "\n".join(filter(None, hints)), "fix": shown.fix,
            "place": _plain(place), "changed": _plain(at),
            "fingerprint": _digest(*one.identity), "known": accepted,
        }  # fmt: skip


def _plain(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else asdict(place)


def _digest(*parts: str) -> str:
    # Of parts that have no line numbers, so that it is the same where the file has other lines.
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def against(one: Verification) -> Verified:
    """Return what a file of expectations was verified against."""
    name, target = one.contract.name, one.database.target
    if not isinstance(target, Target):
        return Verified(file=name, against="no database", live=False)
    live = target.server is None
    # The description of an existing database has how it is reached.
    _, sign, server = target.description.rpartition(", PostgreSQL ") if live else ("", "", "")
    where = f"an existing database{sign}{server}" if live else target.description
    notes = tuple(line for note in target.notes for line in note.splitlines())
    return Verified(file=name, against=where, live=live, notes=tuple(map(masked, notes)))
