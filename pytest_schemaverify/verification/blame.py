"""The place in the migrations that a failed expectation leads to."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from pytest_schemaverify.errors import CannotDetermine, SchemaVerifyError
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds import Subject, family_of, kind_of
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.rehearsal.history import Changed, History
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.positions import Lines
from pytest_schemaverify.sql.split import split
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result


def blamed(result: Result, facts: Facts, history: Callable[[], History | None]) -> Result:
    """Return the result, each finding with the last statement that changed its object, if known."""
    planned = result.planned
    family = family_of(planned.check.partition(".")[0])
    # The history tells of the end of all files, and rows and behaviour have other causes.
    elsewhere = planned.stage or (family is not None and not family.of_schema)
    if facts.target.failure or elsewhere:
        return result
    known = history()
    if known is None:
        return result
    return replace(
        result,
        findings=tuple(
            finding
            if finding.place
            else replace(
                finding,
                changed=_sentence(_change_to_blame(finding, result, facts, known))
                or _last_naming(planned, facts),
            )
            for finding in result.findings
        ),
    )


def unexplained(result: Result, problem: SchemaVerifyError) -> Result:
    """Return the result, each finding with the problem for which no statement was found."""
    note = " ".join(str(problem).split())
    return replace(result, findings=tuple(replace(one, changed=note) for one in result.findings))


def _sentence(changed: Changed | None) -> str:
    if changed is None:
        return ""
    if not changed.line:
        return f"as the backup {shown(changed.path)} has it; no migration has changed it"
    how = "dropped or renamed" if changed.gone else "last changed"
    return f"{how} in {shown(changed.path)}:{changed.line}"


def _change_to_blame(
    finding: Finding, result: Result, facts: Facts, history: History
) -> Changed | None:
    changed = _change_of(finding, result, facts, history)
    family, _, name = result.planned.check.partition(".")
    # What should not be there is explained by the statement that made it, and not by a later one.
    extra = family == "unmanaged" or name in ("absent", "exact", "overloads")
    if family == "grants":  # what is too much there is a privilege
        return changed
    return changed.making if changed is not None and extra else changed


def _change_of(finding: Finding, result: Result, facts: Facts, history: History) -> Changed | None:
    subject, check = result.planned.subject, result.planned.check
    if subject is not None and check.startswith(("grants.", "privileges.")):
        for column in _columns(finding.actual):
            if granted := history.of("grants", (*subject.key[:2], column)):
                return granted
    elif finding.subject:
        inside = history.named(f"{subject}.{finding.subject}") if subject else None
        return (
            inside
            or history.named(finding.subject)
            or _closest_change(subject, check, facts, history)
        )
    return _closest_change(subject, check, facts, history)


def _columns(actual: str) -> Iterator[str]:
    """Yield the columns that a finding names: `select (id, email)`."""
    # A list of columns ends before the next privilege, the end, or `with grant option`.
    for listed in re.findall(r"\w \((.+?)\)(?:,|$| with)", actual):
        yield from (names.parts(name)[0] for name in names.split(listed))


def _closest_change(
    subject: Subject | None, check: str, facts: Facts, history: History
) -> Changed | None:
    found = (history.of(*one) for one in _candidates(subject, check, facts)) if subject else ()
    return next((changed for changed in found if changed is not None), None)


def _candidates(
    subject: Subject, check: str, facts: Facts
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the families and keys to look for in the history, the closest first."""
    whose, _, name = check.partition(".")
    if whose == "privileges" and subject.parent is not None:
        subject = subject.parent  # the object, not the role that has something granted on it
    row = facts.row(subject)
    key = subject.key
    families = kind_of(subject.family).families
    if subject.family in ("functions", "aggregates"):
        key = _function(subject, facts)
    elif subject.family == "default_grants" and row is not None:
        yield "grants", (row.role, row.schema, row.kind)
    elif "constraints" in families and row is not None:
        key = (row.schema, row.table, row.name)
    # A grant says more about a privilege than what has made the object.
    if whose in ("grants", "privileges") or name in ("grants", "execute", "revoked"):
        yield "grants", key
    if "primary_key" in (whose, name):
        for constraint in facts.catalog.of_table("constraints", *key[:2]):
            if constraint.kind == "primary key":
                yield "constraints", (constraint.schema, constraint.table, constraint.name)
    for family in families:
        yield family, key


def _function(subject: Subject, facts: Facts) -> tuple[str, ...]:
    row = facts.row(subject)
    if row is not None:
        return (row.schema, row.name, row.arguments)
    try:
        types = [facts.server.type(text) for text in names.split(subject.key[2])]
    except CannotDetermine:  # a type of that name is not there either
        return subject.key
    return (*subject.key[:2], ", ".join(types))


_CHANGING = re.compile(
    r"(?:create|alter|drop|grant|revoke|comment|select\s+(?:pg_catalog\.)?lo_\w+)\b", re.IGNORECASE
)
"""How such a statement begins; large objects are made and dropped by functions."""


def _last_naming(planned: Planned, facts: Facts) -> str:
    """Return the last statement that names an object of a kind that is not followed."""
    subject = planned.subject
    about = kind_of(subject.family).statements if subject is not None else ""
    if subject is None or not about or facts.files is None:
        return ""
    words = [rf"\b(?:{about})\b"]
    # \b would not do: a quoted name may begin and end with any sign.
    # Few statements name the schema in which everything is.
    named = [name for name in subject.key if name != "public"]
    words += [rf"(?<!\w)\"?{re.escape(name)}\"?(?!\w)" for name in named]
    # The last statement counts, so both files and statements are read from the end.
    for migration in reversed(facts.files.every):
        text = migration.text
        for piece in reversed(split(text)):
            statement = text[piece.start : piece.end]
            if _CHANGING.match(statement) and all(
                re.search(word, statement, re.IGNORECASE) for word in words
            ):
                line, _ = Lines(text).at(piece.start)
                return f"last named in {shown(migration.path)}:{line}"
    return ""
