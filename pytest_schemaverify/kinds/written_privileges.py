"""Privileges on an object as a file says them, by role."""

from collections.abc import Iterable
from typing import Any

from pytest_schemaverify.catalog import Row, granted, possible
from pytest_schemaverify.kinds.form import Look
from pytest_schemaverify.kinds.granting import granting
from pytest_schemaverify.kinds.held import OPTION
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.sql.yaml_names import plain

_FOR_EVERYONE = ("function", "type", "language", "database")
"""Kinds of objects on which PUBLIC holds something from the start.

https://www.postgresql.org/docs/current/ddl-priv.html
"""


def privileges_on(subject: Subject, row: Row, look: Look) -> dict[str, Any]:
    """Return what is granted on an object, by role, as short as a file can say it.

    The owner holds everything; what is granted on single columns stands with these.
    """
    if subject.family == "columns" and not row.acl:
        return {}
    on = granting(subject, row, look.catalog, {})
    if subject.family != "columns":
        said = listed(on.kind, row.acl, on.owner, look)
        return without_public(said) if on.kind in _FOR_EVERYONE else said
    everything = possible(on.kind, look.catalog.version)
    # A privilege on the whole table is one on the column, so an entry of the column has it too.
    return {
        _role(role): _words(on.held(role), everything)
        for role, held in sorted(on.direct.items())
        if role != on.owner and on.together([on.above.get(role, {}), held]) != on.above.get(role)
    }


def listed(kind: str, acl: Iterable[str], owner: str, look: Look) -> dict[str, Any]:
    """Return the privileges of an access control list by role, without those of the owner."""
    everything = possible(kind, look.catalog.version)
    return {
        _role(role): _words(held, everything)
        for role, held in sorted(granted(acl).items())
        if role != owner
    }


def without_public(said: dict[str, Any]) -> dict[str, Any]:
    """Return privileges by role, also that PUBLIC holds none, for where it does from the start.

    Without that word the file would hold when PUBLIC gets back what was revoked from it.
    """
    return said if "public" in said else {"public": [], **said}


def _role(name: str) -> str:
    if name == "exact":
        return '"exact"'  # without quotes that is a key of its own
    return name if name == "public" else plain(name)


def _words(held: dict[str, bool], everything: tuple[str, ...]) -> Any:
    """Return privileges as words: `all`, or a list in the usual order."""
    for option in (False, True):
        if {name for name in everything if held.get(name) is option} == set(everything):
            # On objects with one privilege its own name says more than `all`.
            word = "all" if len(everything) > 1 else everything[0]
            return f"{word}{OPTION}" if option else word if len(everything) > 1 else [word]
    return [f"{name}{OPTION if held[name] else ''}" for name in everything if name in held]
