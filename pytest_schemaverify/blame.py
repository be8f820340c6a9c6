"""The place in the migrations that a failed expectation leads to."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from pytest_schemaverify import names
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.facts import Facts
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.history import Changed, History
from pytest_schemaverify.migrations.files import shown
from pytest_schemaverify.objects import FAMILIES, Subject
from pytest_schemaverify.run import Result

_NOT_OBJECTS = frozenset({"migrations", "ledger", "schema_version", "data", "queries", "access",
                          "preserved", "budget"})  # fmt: skip
"""Families that look at files, rows and behaviour; a place in the files would say nothing."""


def blamed(result: Result, facts: Facts, history: Callable[[], History | None]) -> Result:
    """Return the result with the statement that last changed what does not hold, where known."""
    planned = result.planned
    elsewhere = planned.check.partition(".")[0] in _NOT_OBJECTS or planned.stage
    if not result.findings or facts.target.failure or elsewhere:
        return result
    known = history()
    if known is None:
        return result
    return replace(
        result,
        findings=tuple(
            finding
            if finding.place
            else replace(finding, changed=_said(_place(finding, result, facts, known)))
            for finding in result.findings
        ),
    )


def _said(changed: Changed | None) -> str:
    if changed is None:
        return ""
    if not changed.line:
        return f"as the backup {shown(changed.path)} has it; no migration has changed it"
    how = "dropped or renamed" if changed.gone else "last changed"
    return f"{how} in {shown(changed.path)}:{changed.line}"


def _place(finding: Finding, result: Result, facts: Facts, history: History) -> Changed | None:
    subject = result.planned.subject
    name = result.planned.check.partition(".")[2]
    if finding.subject:
        inside = history.named(f"{subject}.{finding.subject}") if subject else None
        return inside or history.named(finding.subject) or _last(subject, name, facts, history)
    return _last(subject, name, facts, history)


def _last(subject: Subject | None, check: str, facts: Facts, history: History) -> Changed | None:
    found = (history.of(*one) for one in _candidates(subject, check, facts)) if subject else ()
    return next((changed for changed in found if changed is not None), None)


def _candidates(
    subject: Subject, check: str, facts: Facts
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what to look for, the closest first."""
    row = facts.row(subject)
    key = subject.key
    families = FAMILIES[subject.family].catalog
    if subject.family == "functions":
        key = _function(subject, facts)
    elif "constraints" in families and row is not None:
        key = (row.schema, row.table, row.name)
    if check in ("grants", "execute", "revoked"):
        yield "grants", key
    if check == "primary_key":
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
