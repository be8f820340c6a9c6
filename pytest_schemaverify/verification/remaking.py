"""Fixes from the whole entry, for findings that no statement about one attribute removes.

An object is dropped and made anew, made, or dropped. What that does to others, or loses, stands
behind the statement as a comment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pytest_schemaverify.catalog import Key, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.form import Look
from pytest_schemaverify.kinds.granting import NO_ROLE
from pytest_schemaverify.kinds.kind import Kind, Subject, family_of
from pytest_schemaverify.kinds.making import drop_of, made, making_of
from pytest_schemaverify.kinds.written import keys
from pytest_schemaverify.sql import secrets
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.leaving import left
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.unsaying import Ask, removed

_NO_SCHEMA = "no such schema: "
"""What is found instead of an object whose schema is not there."""


def completed(
    planned: Planned, findings: tuple[Finding, ...], facts: Facts, ask: Ask
) -> tuple[Finding, ...]:
    """Return the findings, those without a fix with one from the whole entry, if there is one."""
    return tuple(
        one
        if one.fix or one.untold or one.actual == NO_ROLE  # no statement with its name would run
        else _with_fix(planned, one, facts, ask)
        for one in findings
    )


def _with_fix(planned: Planned, finding: Finding, facts: Facts, ask: Ask) -> Finding:
    if finding.actual.startswith(_NO_SCHEMA):  # what is to be in it can be judged only then
        fix = f"create schema {finding.actual.removeprefix(_NO_SCHEMA)};"
    else:
        fix = _fix(planned, finding, facts, ask)
    # A fix is printed, so it has no value that may be a secret.
    return finding if secrets.found(fix) else replace(finding, fix=fix)


def _fix(planned: Planned, finding: Finding, facts: Facts, ask: Ask) -> str:
    family, _, own = planned.check.partition(".")
    subject = planned.subject
    if planned.check == "unmanaged.details":
        return removed(planned, finding, facts, ask)
    if family == "unmanaged":
        return dropped(finding.subject, own, None, facts)
    if family in ("grants", "privileges"):
        return left(planned, finding, facts)
    if own == "exact":
        return dropped(finding.subject, family, subject, facts)
    if subject is None or subject.wild or not isinstance(family_of(subject.family), Kind):
        return ""
    row = facts.row(subject)
    if own == "absent":
        return "" if row is None else drop_of(row, subject.family, facts.catalog)
    if own != "exists" and (row is None or subject.family != family):
        return ""
    # Another kind of object has the name; a partition may be there as a table of its own.
    if own == "exists" and family != "partitions" and finding.hint.startswith("there is a"):
        return ""
    if own != "exists" and not _remakable(planned, own):
        return ""
    # Names have their schema, since nobody knows the search_path of the session that runs it.
    look = Look(facts.catalog, platform=facts.platform, schema="")
    return made(planned.entry, planned.entry.__class__, subject, row, look)


def dropped(name: str, family: str, parent: Subject | None, facts: Facts) -> str:
    """Return the statement that drops what a finding names; "" where none or several are meant."""
    kind = family_of(family)
    if not isinstance(kind, Kind):
        return ""
    around = parent.key if parent is not None and not kind.beside else ()
    found = [
        row
        for one in kind.families
        for key, row in _perhaps(facts.catalog.families[one], (*around, name), kind)
        if key[: len(around)] == around and kind.has(row, parent) and kind.own_name(row) == name
    ]
    if not found and family == "views":  # where the file has none of the other kind
        return dropped(name, "materialized_views", parent, facts)
    return drop_of(found[0], family, facts.catalog) if len(found) == 1 else ""


def _perhaps(rows: Mapping[Key, Row], key: Key, kind: Kind) -> Iterable[tuple[Key, Row]]:
    """Return the rows that may have the name in a key: one, where its key is made of the name.

    Going through all rows for each finding would take the square of their number.
    """
    own = rows.get(key)
    return rows.items() if own is None or kind.own_name(own) != key[-1] else [(key, own)]


def _remakable(planned: Planned, own: str) -> bool:
    """Return whether an object that is made anew has the attribute as the entry says."""
    model = planned.entry.__class__
    making = making_of(model.family)
    if making is None or own not in {key for key, *_ in keys(model)}:
        return False
    said = {model.model_fields[name].alias or name for name in planned.entry.model_fields_set}
    return making.inside.get(own, own) in said
