"""What a file would allow if it said what the database has differently, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.updating.tightening import TIGHTER, items, sides_of


def attributes(difference: Difference) -> Iterator[Difference]:
    """Yield what differs in an entry, one by one: a short form says several things at once."""
    planned, value = difference.planned, difference.value
    if planned is None or value is None or difference.path != planned.path:
        yield difference
        return
    family, own = planned.check.split(".", 1)
    before, after = planned.entry, planned.entry.__class__.model_validate(value)
    if own in ("exists", "absent"):
        yield difference
        return
    for name in sorted(before.model_fields_set | after.model_fields_set):
        old, new, key = getattr(before, name), getattr(after, name), name.rstrip("_")
        if new is None and key == own:
            yield difference
        elif old != new:
            yield replace(
                difference, expected=shown(old), actual=shown(new),
                value=[] if new is None else new,
                planned=replace(planned, check=f"{family}.{key}", expected=old),
            )  # fmt: skip


def of_changed(difference: Difference) -> str:
    """Return what a change allows; "" where it allows no more."""
    sides, about = sides_of(difference), _about(difference)
    family, _, key = about.partition(".")
    tighter = TIGHTER.get(about) or TIGHTER.get(key)
    if tighter is not None and tighter(sides):
        return ""
    said = _RISKS.get(about) or _RISKS.get(f"{family}.") or _RISKS.get(key) or _UNDECIDED
    more = sorted(items(sides.actual) - items(sides.expected))
    return said.format(
        subject=difference.subject, key=key.replace("_", " "), more=", ".join(more) or "others",
        expected=difference.expected or "nothing", actual=difference.actual or "nothing",
    )  # fmt: skip


def _about(difference: Difference) -> str:
    """Return the family and the attribute that differ: `columns.type`."""
    if difference.planned is not None:
        return difference.planned.check
    return f"{difference.family}.{difference.path[-1] if difference.path else ''}"


_UNDECIDED = "nobody can tell whether {subject} allows more with {key}: {expected} → {actual}"
_RISKS: Mapping[str, str] = {
    "rls.enabled": "RLS is switched off: whoever has a privilege on {subject} reaches every row",
    "rls.forced": "RLS no longer binds the owner of {subject}",
    "policies.using": "nobody can tell which rows become visible by the policy {subject}",
    "policies.with_check": "nobody can tell which rows may be written by the policy {subject}",
    "policies.permissive": "the policy {subject} lets rows through instead of keeping them back",
    "policies.roles": "the policy {subject} is for other roles: {expected} → {actual}",
    "policies.command": "the policy {subject} is for other commands: {expected} → {actual}",
    "policies.exact": "there are policies that the file does not know: {actual}",
    "privileges.exactly": "{subject} may also {more}",
    "privileges.at_least": "{subject} need not have its privileges: {expected} → {actual}",
    "privileges.without": "{subject} may do what it must not: {actual}",
    "grants.exact": "there are grants that the file does not know: {actual}",
    "grants.clients": "clients get privileges that the file does not know: {actual}",
    "functions.execute": "{more} may also execute {subject}",
    "functions.security": "{subject} runs with the rights of its owner, whoever calls it",
    "functions.search_path": "whoever calls {subject} may put other objects in front of its own",
    "functions.definers": "there are functions with the rights of their owners: {actual}",
    "functions.body": "nobody can tell what {subject} does now",
    "owner": "another role owns {subject}, and RLS does not bind an owner: {expected} → {actual}",
    "columns.nullable": "{subject} may be null",
    "types.nullable": "{subject} may be null",
    "columns.type": "{subject} takes other values: {expected} → {actual}",
    "types.enum": "{subject} takes more values: {more}",
    "columns.generated": "{subject} may hold what nothing computes",
    "columns.identity": "{subject} takes values that a statement names",
    "views.security_invoker": "{subject} reads with the rights of its owner, past RLS",
    "views.security_barrier": "functions in a query may see rows that {subject} hides",
    "views.definition": "nobody can tell which rows {subject} shows now",
    "validated": "rows that were there may break {subject}",
    "enforced": "nothing enforces {subject} any more",
    "valid": "{subject} is invalid: no query uses it, and it guarantees nothing",
    "enabled": "{subject} does not fire as before: {expected} → {actual}",
    "indexes.unique": "{subject} takes values more than once",
    "tables.replica_identity": "what is replicated of {subject} changes: {expected} → {actual}",
    "publications.all_tables": "{subject} publishes every table",
    "rules.": "the rule {key} no longer holds for {subject}",
    "unmanaged.": "{subject} may be there without a word in the file",
    "exists": "{subject} need not be there",
    "absent": "{subject} may be there, although the file forbids it",
}
"""What a difference allows, by family and attribute, by family, or by attribute."""


def shown(value: Any) -> str:
    """Return a value of the file in a sentence."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)
