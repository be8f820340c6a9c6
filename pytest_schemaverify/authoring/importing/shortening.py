"""Merged facts as a person writes them: short forms, the usual order, and what they leave open."""

from collections.abc import Mapping
from typing import Any

from pytest_schemaverify.kinds.columns.shorthand import column
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.tables.model import Table

_SECTIONS = list(Spec.model_fields)
_KEYS = ["exact", *(one.alias or name for name, one in Table.model_fields.items())]


def shortened(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sections in the order of the language, with short forms inside."""
    found = {name: dict(data[name]) for name in _SECTIONS if name in data}
    for section, objects in found.items():
        for name, what in objects.items():
            if isinstance(what, dict) and section != "data":
                objects[name] = _object(section, what)
    if "functions" in found:
        # By default those that run as their owner have to be named, of which pgTAP says nothing.
        found["functions"] = {"exact": False, **found["functions"]}
    if "grants" in found.get("database", {}):
        _open(found["database"]["grants"])
    return {section: _first("exact", objects) for section, objects in found.items()}


def _object(section: str, what: dict[str, Any]) -> Any:
    """Return what is said of one object."""
    if "columns" in what and isinstance(what["columns"], dict):
        what["columns"] = _first(
            "exact", {name: _column(one) for name, one in what["columns"].items()}
        )
    for key in ("foreign_keys", "unique_constraints", "checks"):
        _without_star(what.get(key, {}))
    for key in ("indexes", "triggers", "rewrite_rules", "partitions", "foreign_keys"):
        if isinstance(what.get(key), dict):
            what[key] = _first("exact", what[key])
    for key, short in _SHORT.items():
        if key in what:
            what[key] = short(what[key])
    if (
        section == "types"
        and what.keys() - {"kind"} == {"enum"}
        and what.get("kind", "enum") == "enum"
    ):
        return what["enum"]
    return {key: what[key] for key in sorted(what, key=_rank)}


def _column(what: Any) -> Any:
    """Return `text not null default 'x'` for what can be said so."""
    if not isinstance(what, dict):
        return what
    if "grants" in what:
        what["grants"] = _open(what["grants"])
    words = [str(what.get("type", ""))]
    if isinstance(what.get("nullable"), bool):
        words.append("null" if what["nullable"] else "not null")
    if what.get("default") != "absent" and isinstance(what.get("default"), str):
        words.append(f"default {what['default']}")
    try:
        said = column(" ".join(words))
    except ValueError:
        return what
    return " ".join(words) if said == what else what


def _key(what: Any) -> Any:
    return (
        what["columns"]
        if what.keys() == {"columns"} and isinstance(what["columns"], list)
        else what
    )


def _policies(what: dict[str, Any]) -> dict[str, Any]:
    """Return row-level security with policies; there may be others unless all are named."""
    policies = what["policies"]
    if not policies.pop("exact", False):
        policies = {"exact": False, **policies}
    return {**what, "policies": policies}


def _open(grants: dict[str, Any]) -> dict[str, Any]:
    """Return grants that say nothing of roles that they do not name."""
    return {"exact": False, **grants}


def _members(what: dict[str, Any]) -> Any:
    return list(what) if all(one == {} for one in what.values()) else what


_SHORT = {"primary_key": _key, "rls": _policies, "grants": _open, "member_of": _members}


def _without_star(what: dict[str, Any]) -> None:
    """Take out that there is any, where one is named."""
    if any(value != "absent" for name, value in what.items() if name not in ("*", "exact")):
        what.pop("*", None)


def _first(key: str, what: dict[str, Any]) -> dict[str, Any]:
    return {key: what[key], **what} if key in what else what


def _rank(key: str) -> int:
    return _KEYS.index(key) if key in _KEYS else len(_KEYS)
