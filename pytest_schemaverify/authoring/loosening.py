"""What a file of expectations would allow if it took a difference in, in words.

Decided by what kind of thing differs, and not by its text. What nobody can decide, such as whether
another expression of a policy shows more rows, counts as a risk.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pytest_schemaverify.authoring.difference import Difference
from pytest_schemaverify.authoring.tightening import TIGHTER, items, sides_of
from pytest_schemaverify.kinds import KINDS
from pytest_schemaverify.kinds.form import Form
from pytest_schemaverify.kinds.written import form_of
from pytest_schemaverify.language import Path


def risk(difference: Difference) -> str:
    """Return what the file would allow with this difference that it does not allow now.

    It is "" for what only forbids more, or allows nothing either way.
    """
    if difference.what == "gone":
        return f"nothing says any more what {difference.subject} has to be"
    if difference.what == "new":
        return "; ".join(dict.fromkeys(_of_new(difference)))
    return "; ".join(filter(None, map(_of_changed, _attributes(difference))))


def _attributes(difference: Difference) -> Iterator[Difference]:
    """Yield what differs in an entry, one by one: a short form says several things at once."""
    planned, value = difference.planned, difference.value
    if planned is None or value is None or difference.path != planned.path:
        yield difference
        return
    family, own = planned.check.split(".", 1)
    before, after = planned.entry, type(planned.entry).model_validate(value)
    if own in ("exists", "absent"):
        yield difference
        return
    for name in sorted(before.model_fields_set | after.model_fields_set):
        old, new, key = getattr(before, name), getattr(after, name), name.rstrip("_")
        if new is None and key == own:
            yield difference
        elif old != new:
            yield replace(
                difference, expected=_shown(old), actual=_shown(new),
                value=[] if new is None else new,
                planned=replace(planned, check=f"{family}.{key}", expected=old),
            )  # fmt: skip


def _of_changed(difference: Difference) -> str:
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


_UNDECIDED_ITEM = "nobody can tell what {subject} allows with the setting {key}"
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


def _of_new(difference: Difference) -> Iterator[str]:
    """Yield the risks of something new, and of what belongs to it."""
    section = str(difference.path[0]) if difference.path else ""
    if section in _RISKY_SECTIONS or section not in _SECTIONS:
        said = _RISKY_SECTIONS.get(section, "nobody can tell what {subject} allows")
        yield said.format(subject=difference.subject)
    found = list(_of_nodes(difference))
    yield from found or filter(None, [_of_attribute(difference)])


def _of_nodes(difference: Difference) -> Iterator[str]:
    for path, value in _within(difference.path, difference.value):
        yield from _of_node(path, value, difference)


def _of_attribute(difference: Difference) -> str:
    """Return what an attribute allows of which silence has said that it is as usual."""
    path, value = [key for key in difference.path if key != "foreign"], difference.value
    form = form_of(difference.family) if difference.family in KINDS else Form()
    usual: Any = form.usual.get(str(path[-1]))
    of_object = len([key for key in path[:-1] if key != "rls"]) % 2
    if of_object or isinstance(value, Mapping):
        return _UNDECIDED_ITEM.format(subject=difference.subject, key=path[-1]) * (
            path[-2:-1] == ["settings"]
        )
    if isinstance(value, bool):
        usual = not value
    if path[-1] == "owner" or isinstance(usual, (bool, str)):
        return _of_changed(replace(difference, what="differs", expected=_shown(usual).lower()))
    return ""


def _within(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _within((*path, key), one)


def _of_node(path: Path, value: Any, difference: Difference) -> Iterator[str]:
    key, inside = path[-1], path[-2] if len(path) > 1 else ""
    of_rls = (inside, key) == ("rls", "enabled")
    name, around = "rls" if of_rls else str(key), path[:-1]
    if inside in _NEW_IN:
        restrictive = isinstance(value, Mapping) and value.get("permissive") is False
        said = "" if inside == "policies" and restrictive else _NEW_IN[inside]
        around = path[:-2]
    elif isinstance(value, (str, bool)):
        said = _NEW.get((name, value), "")
    else:
        said = _NEW_KEYS.get(key, "") if value else ""
    if len(path) == 2 or inside == "partitions":
        said = said or _of_object("tables" if inside == "partitions" else str(inside), value)
    if said:
        subject = _subject(around, difference)
        yield said.format(key=key, subject=subject, value=_shown(value))


def _of_object(section: str, value: Any) -> str:
    """Return what a new object allows by what its entry does not say."""
    said = value if isinstance(value, Mapping) else {}
    if section == "tables" and "rls" not in said:
        return _NEW["rls", False]
    if section == "views" and said.get("security_invoker") is not True:
        return _NEW["security_invoker", False]
    return ""


def _subject(around: Path, difference: Difference) -> str:
    """Return the name of the object at some keys below a difference, or at its own."""
    below = [str(key) for key in around[len(difference.path) :] if key not in ("rls", "foreign")]
    # Of `columns`, `title` the second is a name.
    return ".".join([difference.subject, *below[1::2]])


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)


_SECTIONS = frozenset({
    "tables", "views", "materialized_views", "functions", "types", "sequences", "schemas", "roles",
    "text_search_configurations", "tablespaces",
})  # fmt: skip
"""Sections of which it is known what is dangerous in them."""
_RISKY_SECTIONS: Mapping[str, str] = {
    "default_privileges": "objects that come later get privileges by themselves: {subject}",
    "publications": "rows leave the database by {subject}",
    "subscriptions": "rows come from another server by {subject}",
    "extensions": "nobody can tell what the functions of {subject} allow",
    "event_triggers": "{subject} runs code with the rights of whoever changes the schema",
    "languages": "functions may be written in {subject}",
    "foreign_servers": "{subject} reaches another server",
    "wrappers": "{subject} reaches other servers",
    "rules": "the rule no longer holds for {subject}",
    "unmanaged": "{subject} may be there without a word in the file",
}
_GRANTED = "{key} gets {value} on {subject}"
_NEW_IN: Mapping[str | int, str] = {
    "grants": _GRANTED,
    "policies": "rows of {subject} become visible or writable by the policy {key}",
    "member_of": "{subject} gets the privileges of {key}",
    "rewrite_rules": "nobody can tell what statements on {subject} do by the rule {key}",
}
_NEW_KEYS: Mapping[str | int, str] = {
    "execute": "{value} may execute {subject}",
    "foreign": "{subject} reaches another server",
}
_NEW: Mapping[tuple[str, str | bool], str] = {
    ("rls", False): "{subject} has no RLS",
    ("security", "definer"): "{subject} runs with the rights of its owner, whoever calls it",
    ("security_invoker", False): "{subject} reads with the rights of its owner, past RLS",
    ("leakproof", True): "{subject} is trusted with rows that RLS hides",
    ("valid", False): "{subject} is invalid",
    ("validated", False): "rows that were there may break {subject}",
    ("enforced", False): "nothing enforces {subject}",
    ("enabled", False): "{subject} is switched off",
    **{
        (one, True): f"{{subject}} may {what}"
        for one, what in {
            "superuser": "do everything", "bypassrls": "see every row past RLS",
            "login": "connect", "createrole": "make roles", "createdb": "make databases",
            "replication": "copy the whole cluster",
        }.items()
    },
}  # fmt: skip
"""What an attribute allows that is new with its object or has not been said of it before."""
