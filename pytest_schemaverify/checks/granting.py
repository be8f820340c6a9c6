"""Privileges on an object, as a file declares them and as the catalog has them.

Direct grants only: what a role may do because it is a member of another, or because everyone may,
is said where those are granted.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pytest_schemaverify.catalog import Catalog, Row, granted, possible
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted
from pytest_schemaverify.objects import Subject, in_sql

Held = Mapping[str, bool]
"""Privileges, and whether each may be passed on."""
OPTION = " with grant option"
_SINGLE = {
    "functions": "function", "schemas": "schema", "types": "type", "sequences": "sequence",
    "languages": "language", "foreign_servers": "foreign server", "databases": "database",
    "wrappers": "foreign data wrapper", "columns": "column", "tablespaces": "tablespace",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    """An object, who holds what on it, and how SQL grants that."""

    kind: str
    place: str
    """How `grant` names the object: `on table public.users`."""
    owner: str
    direct: Mapping[str, Held]
    above: Mapping[str, Held] = field(default_factory=dict)
    """What is held on the whole table, for a column."""
    before: str = ""
    """What `alter default privileges …` puts before `grant`."""
    column: str = ""
    version: int

    def held(self, role: str) -> dict[str, bool]:
        """Return what a role holds."""
        found = dict(self.above.get(role, {}))
        for privilege, option in self.direct.get(role, {}).items():
            found[privilege] = found.get(privilege, False) or option
        return self.ordered(found)

    def ordered(self, held: Held) -> dict[str, bool]:
        """Return privileges in the order in which readers think of them."""
        listed = possible(self.kind, self.version)
        return {name: held[name] for name in listed if name in held}

    def wanted(self, written: Iterable[str]) -> dict[str, bool]:
        """Return what a list of privileges in the file means for this kind of object.

        Raises CannotDetermine for a privilege that the kind does not have.
        """
        listed = possible(self.kind, self.version)
        found: dict[str, bool] = {}
        for text in written:
            word = text.removesuffix(OPTION)
            if word != "all" and word not in listed:
                raise CannotDetermine(
                    f"comparing the privilege `{word}`",
                    because=f"the server knows no such privilege on a {self.kind}",
                    remedy=f"possible are {', '.join(listed)}",
                )
            for name in listed if word == "all" else (word,):
                found[name] = text.endswith(OPTION)
        return {name: found[name] for name in listed if name in found}

    def grant(self, held: Held, role: str) -> str:
        """Return the statements that grant something to a role."""
        return self._statements("grant", held, f"to {_grantee(role)}")

    def revoke(self, names: Iterable[str], role: str, *, option: bool = False) -> str:
        """Return the statement that takes privileges, or only the right to pass them on."""
        if not self.direct.get(role):
            return ""
        verb = "revoke grant option for" if option else "revoke"
        return self._statements(verb, dict.fromkeys(names, False), f"from {_grantee(role)}")

    def _statements(self, verb: str, held: Held, end: str) -> str:
        lines = []
        for option in (False, True):
            chosen = [name for name, passed in held.items() if passed == option]
            if chosen:
                words = ", ".join(f"{name}{self.column}" for name in chosen)
                tail = OPTION if option else ""
                lines.append(f"{self.before}{verb} {words} {self.place} {end}{tail};")
        return "\n".join(lines)


def granting(subject: Subject, actual: Row, catalog: Catalog) -> Granting:
    """Return an object with what is granted on it."""
    direct = granted(actual.acl)
    version = catalog.version
    if subject.family == "default_grants":
        inside = f" in schema {quoted(actual.schema)}" if actual.schema else ""
        return Granting(
            kind=actual.kind.removesuffix("s"),
            place=f"on {actual.kind}",
            owner=actual.role,
            direct=direct,
            before=f"alter default privileges for role {quoted(actual.role)}{inside} ",
            version=version,
        )
    if subject.family == "columns":
        key = subject.key[:2]
        table = catalog.find("tables", key) or catalog.find("views", key)
        return Granting(
            kind="column",
            place=f"on table {quoted(*key)}",
            owner=table.owner if table else "",
            direct=direct,
            above=granted(table.acl) if table else {},
            column=f" ({quoted(actual.name)})",
            version=version,
        )
    kind = _SINGLE.get(subject.family, "table")
    named = in_sql(subject.family, actual)
    if kind == "table":
        named = f"table {quoted(actual.schema, actual.name)}"
    elif kind == "foreign server":  # which `alter` calls a server
        named = f"foreign server {quoted(actual.name)}"
    elif kind == "type":
        named = f"type {quoted(actual.schema, actual.name)}"
    elif kind == "function" and actual.kind != "procedure":
        named = f"function {quoted(actual.schema, actual.name)}({actual.arguments})"
    return Granting(
        kind=kind, place=f"on {named}", owner=actual.owner, direct=direct, version=version
    )


def no_role(role: str, catalog: Catalog) -> Finding | None:
    """Return what to say of a role that does not exist; None for one that does."""
    if role == "public" or catalog.find("roles", (role,)) is not None:
        return None
    there = [name for (name,) in catalog.families["roles"]]
    near = difflib.get_close_matches(role, there, n=1)
    return Finding(
        expected=f"role {quoted(role)}",
        actual="no such role",
        hint=f"the nearest name is {quoted(near[0])}" if near else "",
    )


def listed(held: Held) -> str:
    """Return privileges as a reader sees them."""
    return ", ".join(spelled(held)) or "nothing"


def spelled(held: Held) -> list[str]:
    """Return privileges as a file spells them."""
    return [f"{name}{OPTION if option else ''}" for name, option in held.items()]


def everyone(granting: Granting, role: str) -> str:
    """Return what to know when a role holds something only because everyone does."""
    own, all_ = granting.held(role), granting.held("public")
    more = [name for name in all_ if name not in own]
    return f"everyone (public) holds {', '.join(more)}" if more and role != "public" else ""


def _grantee(role: str) -> str:
    return role if role == "public" else quoted(role)
