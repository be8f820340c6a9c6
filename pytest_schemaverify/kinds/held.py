"""The privileges of roles on an object, and the SQL that grants and revokes them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pytest_schemaverify.catalog import possible
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.sql.names import quoted

Held = Mapping[str, bool]
"""Privileges, and whether each may be passed on. One on a column of the object is `select (id)`."""
OPTION = " with grant option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    """An object, who holds what on it, and how SQL grants that."""

    kind: str
    place: str
    """The object as `grant` names it: `on table public.users`."""
    owner: str
    direct: Mapping[str, Held]
    above: Mapping[str, Held] = field(default_factory=dict)
    """The privileges on the whole table, for a column, or on every table."""
    groups: Mapping[str, frozenset[str]] | None = None
    """The roles whose privileges a role has without `set role`, where these count."""
    named: frozenset[str] = frozenset()
    """Roles whose privileges the file declares."""
    before: str = ""
    """The words of `alter default privileges …` before `grant`."""
    column: str = ""
    version: int

    def held(self, role: str) -> dict[str, bool]:
        """Return the privileges of a role on the object, with those of the table around it."""
        return self.together([self.above.get(role, {}), self.direct.get(role, {})])

    def through(self, role: str) -> dict[str, dict[str, bool]]:
        """Return further privileges that a role may use, by the role to which they are granted.

        A role that the file names is left out, for it is judged by its own entry. The owner can
        grant itself any privilege, and needs no other role.
        """
        if self.groups is None or role == self.owner:
            return {}
        others = self.groups.get(role, frozenset()) | {"public"} - {role}
        found = {one: self.held(one) for one in sorted(others - self.named)}
        return {one: held for one, held in found.items() if held}

    def ordered(self, held: Held) -> dict[str, bool]:
        """Return privileges in the usual order: select, insert, update, delete, then the others."""
        # A privilege that this version does not have, as MAINTAIN before 17, is left out.
        order = possible(self.kind, self.version)
        there = [name for name in held if whole(name) in order]
        return {name: held[name] for name in sorted(there, key=lambda n: order.index(whole(n)))}

    def wanted(self, written: Iterable[str]) -> dict[str, bool]:
        """Return the privileges that a list in the file means for this kind of object.

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

    def together(self, several: Iterable[Held]) -> dict[str, bool]:
        """Return the privileges that are in any of several mappings."""
        found: dict[str, bool] = {}
        for held in several:
            for name, option in held.items():
                found[name] = found.get(name, False) or option
        return self.ordered(found)

    def grant(self, held: Held, role: str) -> str:
        """Return the statements that grant privileges to a role."""
        return self._statements("grant", held, f"to {_grantee(role)}")

    def revoke(self, names: Iterable[str], role: str, *, option: bool = False) -> str:
        """Return the statement that takes privileges, or only the right to pass them on.

        Revoking one on a table takes it from all of its columns, too. "" where one of them is not
        granted on the object itself.
        """
        if not self.direct.get(role, {}).keys() >= set(names):
            return ""
        verb = "revoke grant option for" if option else "revoke"
        return self._statements(verb, dict.fromkeys(names, False), f"from {_grantee(role)}")

    def _statements(self, verb: str, held: Held, end: str) -> str:
        lines = []
        # `with grant option` is about all privileges of a statement, so others need their own.
        for option in (False, True):
            chosen = [f"{name}{self.column}" for name, passed in held.items() if passed == option]
            if chosen:
                tail = OPTION if option else ""
                words = listed(dict.fromkeys(chosen, False))
                lines.append(f"{self.before}{verb} {words} {self.place} {end}{tail};")
        return "\n".join(lines)


def unnamed(on: Granting, roles: Iterable[str], expected: str) -> Iterator[Finding]:
    """Yield a finding for each of the roles, the owner aside, that has a privilege.

    A role of which others are members counts with all that these may use.
    """
    for role in sorted({*roles}):
        members = sorted(one for one in {*roles} if role in (on.groups or {}).get(one, ()))
        direct = {} if role == on.owner else on.ordered(on.direct.get(role, {}))
        if held := on.held(role) if members and not on.column else direct:
            yield Finding(
                subject=_grantee(role),
                expected=expected,
                actual=listed(held),
                hint=f"{', '.join(members)} inherits what it holds" if members else "",
                fix="" if role == on.owner else on.revoke(held, role),
            )


def whole(privilege: str) -> str:
    """Return the privilege on the object of which this one is for a column: of `select (id)`."""
    return privilege.partition(" (")[0]


def listed(held: Held) -> str:
    """Return privileges as a reader sees them: `insert, select (id, email)`, or `nothing`."""
    found: dict[tuple[str, bool, bool], list[str]] = {}
    for name, option in held.items():
        privilege, bracket, column = name.partition(" (")
        found.setdefault((privilege, bool(bracket), option), []).append(column[:-1])
    texts = (
        name + " ({})".format(", ".join(columns)) * of_columns + OPTION * option
        for (name, of_columns, option), columns in found.items()
    )
    return ", ".join(texts) or "nothing"


def spelled(held: Held) -> list[str]:
    """Return privileges as a file spells them."""
    return [f"{name}{OPTION if option else ''}" for name, option in held.items()]


def everyone(granting: Granting, role: str) -> str:
    """Return a hint about privileges that a role has only because everyone has them."""
    own, all_ = granting.held(role), granting.held("public")
    more = {name: False for name in all_ if name not in own}
    return f"everyone (public) holds {listed(more)}" if more and role != "public" else ""


def _grantee(role: str) -> str:
    return role if role == "public" else quoted(role)
