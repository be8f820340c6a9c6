"""Reads the JSON report of another run, and says what has changed since."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.language.presets import CONCERNS
from pytest_schemaverify.reports.compared import CHANGES, Change, Compared
from pytest_schemaverify.reports.differences import of_expectation
from pytest_schemaverify.reports.formats.json import VERSION
from pytest_schemaverify.reports.record import (
    Record,
    Reported,
    ReportedFinding,
    Verified,
    problems_in,
    reported,
)
from pytest_schemaverify.settings import paths

_HOW = "--schema-report=json:FILE"
"""The option that writes such a file."""
_ANOTHER = f"name a file that {_HOW} has written"


def read(path: Path, tried: str, called: str) -> Record:
    """Return the record of a run from its JSON report.

    `tried` begins the message of an error, and `called` is the setting that names the file. Raises
    ConfigError for a file that is none.
    """
    document = _parsed(path, tried, called)
    if foreign := _foreign(document, path.name):
        because, remedy = foreign
        raise ConfigError(tried, because=because, remedy=remedy)
    try:
        return _record(document)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        because = f"it is not what {_HOW} writes: {type(error).__name__} {error}"
        raise ConfigError(tried, because=because, remedy=_ANOTHER) from None


def _parsed(path: Path, tried: str, called: str) -> Any:
    """Return what is in a JSON file. Raises ConfigError where it cannot be read."""
    remedy = _ANOTHER
    try:
        return json.loads(paths.content(path))
    except FileNotFoundError:
        because = "there is no such file"
        later = f"leave {called} out until there is one"
        remedy = f"have the other run write it with {_HOW}, or {later}"
    except OSError as error:
        because = str(error.strerror)
    except (ValueError, RecursionError):
        because = "it is not JSON"
    raise ConfigError(tried, because=because, remedy=remedy)


def _foreign(document: Any, name: str) -> tuple[str, str] | None:
    """Return why a document is no report that can be read here, and what to do; None if it is."""
    if not isinstance(document, dict) or "tool" not in document:
        if isinstance(document, dict) and "findings" in document:
            because = "it is a file of known findings, and no report of a run"
            return because, f"name it with --schema-baseline={name}"
        return "it is JSON, and no report of a run", f"name one of {_HOW}"
    version = document.get("version")
    if isinstance(version, int) and version > VERSION:
        return (
            f"it has version {version}, and this pytest-schemaverify reads up to {VERSION}",
            f"upgrade it, or have {_HOW} write the file with the one that is installed here",
        )
    return None


def _record(document: Mapping[str, Any]) -> Record:
    # Fields that a later version has added are left out.
    return Record(
        version=document["tool"]["version"],
        began=str(document["began"]),
        seconds=document["seconds"],
        exit_code=document["exit_code"],
        interrupted=document["interrupted"],
        verified=tuple(Verified(**_known(Verified, one)) for one in document["verified"]),
        problems=tuple(p for one in document["problems"] for p in problems_in(one["text"])),
        expectations=tuple(map(_expectation, document["expectations"])),
    )


def _expectation(data: Mapping[str, Any]) -> Reported:
    findings = [_known(ReportedFinding, one) for one in data["findings"]]
    return reported({**_known(Reported, data), "findings": findings})


def _known(kind: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    return {one.name: data[one.name] for one in fields(kind) if one.name in data}


def compared(now: Record, before: Record, file: str, there: Callable[[str], bool]) -> Compared:
    """Return what has changed since another run, whose report is called `file`.

    `there` returns whether the files of this run have an expectation with an id, or may have it:
    one that was left out of a run is not gone.
    """
    unread = _read_in_part(before)
    changes = [*_now(now, before, unread), *_before(now, before, there)]
    ids, earlier = _ids(now), _ids(before)
    return Compared(
        file=file,
        began=before.began,
        changes=tuple(sorted(changes, key=_rank)),
        added=tuple(one for one in ids if one not in earlier and _file(one) not in unread),
        removed=tuple(one for one in earlier if one not in ids and not there(one)),
    )


def _rank(one: Change) -> tuple[int, int]:
    return CHANGES.index(one.change), CONCERNS.index(one.concern)


def _now(now: Record, before: Record, unread: Collection[str]) -> Iterator[Change]:
    """Yield what this run has found."""
    earlier, told = {one.fingerprint: one.outcome for one in _failing(before)}, _told(before)
    ids = _ids(before)
    for one in _failing(now):
        was_told = one.id in told or (one.id not in ids and _file(one.id) not in unread)
        change = "new" if was_told else "not verified before"
        # What was a warning and fails now is new: nobody had to do anything about it.
        still = earlier.get(one.fingerprint) in ("failed", one.outcome)
        yield replace(one, change="still failing" if still else change)
    for expectation in now.expectations:
        if expectation.fingerprint:
            yield _change(
                expectation, change="cannot tell", actual=expectation.reason,
                fingerprint=expectation.fingerprint,
            )  # fmt: skip


def _before(now: Record, before: Record, there: Callable[[str], bool]) -> Iterator[Change]:
    """Yield what only the other run has found."""
    later, told = {one.fingerprint for one in _failing(now)}, _told(now)
    accepted = {f.fingerprint for one in now.expectations for f in one.findings if f.known}
    ids = _ids(now)
    for one in _failing(before):
        if one.fingerprint in later:
            continue
        gone = one.id in told or (one.id not in ids and not there(one.id))
        change = "gone" if gone else "not verified now"
        change = "accepted" if one.fingerprint in accepted else change
        yield replace(one, change=change, actual="")


def _failing(record: Record) -> Iterator[Change]:
    """Yield the findings that are not accepted, as changes whose word is still open."""
    for one in record.of("failed", "warned"):
        for found in of_expectation(one):
            finding, fingerprint = found.finding, found.fingerprint
            if finding is None and not found.untold:  # pytest or another plugin says so
                yield _change(one, actual=one.reason, fingerprint=fingerprint)
            elif finding is not None and not found.known:
                yield _change(
                    one, subject=finding.subject, expected=finding.expected,
                    actual=finding.actual, fingerprint=fingerprint,
                )  # fmt: skip


def _change(one: Reported, *, change: str = "", **said: str) -> Change:
    of = {"id": one.id, "check": one.check, "concern": one.concern, "outcome": one.outcome}
    return Change(change=change, **of, **said)


def _told(record: Record) -> set[str]:
    """Return the ids of expectations of which everything was found out."""
    told = record.of("passed", "failed", "warned", "known")
    return {one.id for one in told if not one.fingerprint}


def _ids(record: Record) -> dict[str, None]:
    return dict.fromkeys(one.id for one in record.expectations)


def _file(item: str) -> str:
    return item.partition("::")[0]


def _read_in_part(before: Record) -> set[str]:
    """Return the files with expectations that the other run may have left out."""
    made = Counter(_file(one.id) for one in before.expectations)
    found = {one.file for one in before.verified if made[one.file] < one.expectations}
    return found | {one.place.file for one in before.problems if one.place}
