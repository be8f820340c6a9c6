"""What a file would allow if it named what is new in the database, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.updating.risk_of_changes import of_changed, shown
from pytest_schemaverify.kinds import KINDS
from pytest_schemaverify.kinds.form import Form, form_of
from pytest_schemaverify.language.places import Path


def of_new(difference: Difference) -> Iterator[str]:
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
        return of_changed(replace(difference, what="differs", expected=shown(usual).lower()))
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
        yield said.format(key=key, subject=subject, value=shown(value))


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


_UNDECIDED_ITEM = "nobody can tell what {subject} allows with the setting {key}"
_SECTIONS = frozenset({
    "tables", "views", "materialized_views", "functions", "types", "sequences", "schemas", "roles",
    "text_search_configurations", "text_search_dictionaries", "text_search_parsers",
    "text_search_templates", "collations", "conversions", "tablespaces",
    "large_objects",
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
    "policies": "the policy {key} lets more rows of its table be read or written",
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
