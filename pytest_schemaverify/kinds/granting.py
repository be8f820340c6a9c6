"""Privileges on an object, as a file declares them and as the catalog has them.

A role holds the privileges that are granted to it. On relations and their columns the privileges of
everyone, and of roles that the file does not name and of which it is a member, count too where the
file forbids them. For other kinds these are judged at the entries of those roles.
"""

import difflib
from collections.abc import Mapping

from pytest_schemaverify.catalog import Catalog, Row, granted
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject, kind_of
from pytest_schemaverify.sql.names import quoted

from .held import Granting

Declared = Mapping[tuple[str, ...], Mapping[str, frozenset[str]]]
"""The privileges that a file names, by the key of a relation or column and by role; "" stands for
the roles that it names nowhere where it says `exact` of the others."""
_SINGLE = {
    "functions": "function", "schemas": "schema", "types": "type", "sequences": "sequence",
    "languages": "language", "foreign_servers": "foreign server", "databases": "database",
    "wrappers": "foreign data wrapper", "tablespaces": "tablespace",
    "parameters": "parameter", "large_objects": "large object",
}  # fmt: skip
"""The words of `grant` for objects without columns, by family."""
# The first two came with PostgreSQL 14, pg_maintain with 17; older servers have no such roles.
_EVERYWHERE = {
    "pg_read_all_data": {"select": False},
    "pg_write_all_data": dict.fromkeys(("insert", "update", "delete"), False),
    "pg_maintain": {"maintain": False},
}
"""The privileges of PostgreSQL's own roles on every table, which their members have, too.

https://www.postgresql.org/docs/current/predefined-roles.html
"""


def granting(subject: Subject, actual: Row, catalog: Catalog, declared: Declared) -> Granting:
    """Return an object with the privileges on it, without those that the file names at columns."""
    if subject.family == "default_grants":
        return _on_new_objects(actual, catalog.version)
    named = frozenset(declared.get(subject.key, ()))
    if subject.family == "columns":
        return _on_column(actual, subject.key[:2], catalog, named)
    kind = _SINGLE.get(subject.family)
    if kind is None:
        return _on_relation(actual, catalog, declared, named)
    return Granting(
        kind=kind,
        place=f"on {_as_granted(kind, subject.family, actual)}",
        owner=actual.owner,
        direct=granted(actual.acl),
        version=catalog.version,
    )


def _on_new_objects(actual: Row, version: int) -> Granting:
    inside = f" in schema {quoted(actual.schema)}" if actual.schema else ""
    return Granting(
        kind=actual.kind.removesuffix("s"),
        place=f"on {actual.kind}",
        owner=actual.role,
        direct=granted(actual.acl),
        before=f"alter default privileges for role {quoted(actual.role)}{inside} ",
        version=version,
    )


def _on_column(
    actual: Row, relation: tuple[str, ...], catalog: Catalog, named: frozenset[str]
) -> Granting:
    table = catalog.find("tables", relation) or catalog.find("views", relation)
    return Granting(
        kind="column",
        place=f"on table {quoted(*relation)}",
        owner=table.owner if table else "",
        direct=granted(actual.acl),
        above={**_EVERYWHERE, **(granted(table.acl) if table else {})},
        groups=_groups(catalog, named),
        named=named,
        column=f" ({quoted(actual.name)})",
        version=catalog.version,
    )


def _on_relation(
    actual: Row, catalog: Catalog, declared: Declared, named: frozenset[str]
) -> Granting:
    return Granting(
        kind="table",
        place=f"on table {quoted(actual.schema, actual.name)}",
        owner=actual.owner,
        direct=_with_columns(granted(actual.acl), actual, catalog, declared),
        above=_EVERYWHERE,
        groups=_groups(catalog, named),
        named=named,
        version=catalog.version,
    )


def _as_granted(kind: str, family: str, actual: Row) -> str:
    """Return an object as `grant` names it, which for some kinds `alter` does by other words."""
    if kind == "foreign server":
        return f"foreign server {quoted(actual.name)}"
    if kind == "type":
        return f"type {quoted(actual.schema, actual.name)}"
    if kind == "function" and actual.kind != "procedure":
        return f"function {quoted(actual.schema, actual.name)}({actual.arguments})"
    return kind_of(family).named(actual)


def _with_columns(
    direct: dict[str, dict[str, bool]], relation: Row, catalog: Catalog, declared: Declared
) -> dict[str, dict[str, bool]]:
    """Return the privileges on a relation and, where these are more, on its columns."""
    key = (relation.schema, relation.name)
    found = {role: dict(held) for role, held in direct.items()}
    for family in ("columns", "system_columns"):
        for column in catalog.of_table(family, *key):
            if not column.acl:
                continue
            stated = declared.get((*key, column.name), {})
            for role, held in granted(column.acl).items():
                whole_table = direct.get(role, {})
                for privilege, option in held.items():
                    # True is held with its option, False without; -1, not held, is less than both.
                    more = option > whole_table.get(privilege, -1)
                    if more and privilege not in stated.get(role, stated.get("", ())):
                        name = f"{privilege} ({quoted(column.name)})"
                        found.setdefault(role, {})[name] = option
    return found


def _groups(catalog: Catalog, named: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return the roles whose privileges each role inherits; none by way of those that are named."""
    above: dict[str, set[str]] = {}
    for row in catalog.families["memberships"].values():
        # Only what is inherited counts: for the rest the role has to say `set role` first.
        if row.inherit and row.name not in named:
            above.setdefault(row.role, set()).add(row.name)
    found = {}
    for role in above:
        reached: set[str] = set()
        new = {role}
        while new:
            # What was reached is taken away, so that each role is looked at once.
            new = {one for each in new for one in above.get(each, ())} - reached
            reached |= new
        found[role] = frozenset(reached - {role})
    return found


NO_ROLE = "no such role"
"""What is found instead of a role that is not there."""


def no_role(role: str, catalog: Catalog) -> Finding | None:
    """Return a finding for a role that does not exist; None for one that does."""
    if role == "public" or catalog.find("roles", (role,)) is not None:
        return None
    there = [name for (name,) in catalog.families["roles"]]
    near = difflib.get_close_matches(role, there, n=1)
    return Finding(
        expected=f"role {quoted(role)}",
        actual=NO_ROLE,
        hint=f"did you mean `{quoted(near[0])}`?" if near else "",
        unlike=True,
    )
