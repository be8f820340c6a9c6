"""Roles, tables and commands: what grants and policies say, and what is observed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.trying.attempts import Attempt, Observed
from pytest_schemaverify.behaviour.access.trying.covert_channels import TELLING
from pytest_schemaverify.behaviour.access.trying.observations import COMMANDS, observed
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql import names

REACHES = ("refused", "nothing", "own", "some", "all")
"""How far a command reaches, from nowhere to every row."""

# There is no privilege to delete single columns, and has_any_column_privilege() does not look at
# those of the system, such as ctid.
PRIVILEGES = """
select r.name, n.nspname, c.relname, p.name,
       pg_catalog.has_schema_privilege(r.name, n.oid, 'usage')
           and pg_catalog.has_table_privilege(r.name, c.oid, p.name),
       pg_catalog.has_schema_privilege(r.name, n.oid, 'usage') and p.name <> 'delete'
           and (pg_catalog.has_any_column_privilege(r.name, c.oid, p.name) or exists (
               select from pg_catalog.pg_attribute a
               where a.attrelid = c.oid and a.attnum < 0 and a.attacl is not null
                   and pg_catalog.has_column_privilege(r.name, c.oid, a.attnum, p.name))),
       o.rolsuper or o.rolbypassrls or not c.relrowsecurity
           or (not c.relforcerowsecurity and pg_catalog.pg_has_role(r.name, c.relowner, 'usage'))
from pg_catalog.unnest(%s::text[]) as r (name)
join pg_catalog.pg_roles o on o.rolname = r.name
cross join pg_catalog.unnest(array['select', 'insert', 'update', 'delete']) as p (name)
cross join pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname = any (%s)
"""
# `usage`, as the server decides whether a policy for a group holds: by the rights that a role
# inherits.
MEMBERS = """
select r.name, g.rolname
from pg_catalog.unnest(%s::text[]) as r (name)
join pg_catalog.pg_roles g on pg_catalog.pg_has_role(r.name, g.oid, 'usage')
"""


@dataclass(frozen=True, slots=True)
class Computed:
    """What grants and policies let a role do to a table with a command."""

    reach: str
    """`refused`, `nothing`, `some` or `all`."""
    reason: str
    partial: bool = False
    """The privilege is for some columns only."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One role, one table, one command."""

    role: str
    table: Table
    command: str
    computed: Computed
    seen: str
    """How far it reaches, as observed; `error` for an error inside a policy, '' if untried."""
    by: str = ""
    """The identity that got furthest."""
    way: str = ""
    """The attempt by which it did, where that is none with the command itself."""
    untried: str = ""
    """Why it could not be tried."""
    bound: bool = False
    """Whether that is because of a bound, so that nothing is known."""

    @property
    def agrees(self) -> bool:
        """Whether what is observed is what was computed."""
        computed, seen = self.computed.reach, self.seen
        if not seen:
            return False
        if computed == "refused":
            return seen == "refused"
        # A statement that names all columns is refused where the privilege is on some of them.
        if seen == "refused":
            return self.computed.partial
        if computed == "nothing":
            return seen == "nothing"
        if computed == "all":
            return seen == "all" or self.computed.partial
        return seen != "error"


def matrix(scene: Scene, tables: Sequence[Table]) -> list[Cell]:
    """Return the cells of the tables for the roles of the identities."""
    roles = list(dict.fromkeys(one.role for one in scene.identities.values()))
    found_by_grants = computed(scene, tables, roles)
    cells = []
    for table in tables:
        for role in roles:
            for command in COMMANDS:
                found = found_by_grants[role, table, command]
                cells.append(_cell(scene, role, table, command, found))
    return cells


def _cell(scene: Scene, role: str, table: Table, command: str, computed: Computed) -> Cell:
    cell = Cell(role, table, command, computed, "")
    best, unproven = cell, None
    for identity in scene.identities.values():
        if identity.role != role:
            continue
        mine = replace(cell, by=identity.name)
        try:
            found = observed(scene, identity, table, command, {})
        except CannotDetermine as error:
            if scene.connection.closed:
                raise
            bound = error.bound if isinstance(error, BoundMet) else ""
            why = bound or " ".join(line.strip() for line in str(error).splitlines()[:2])
            return replace(mine, untried=why, bound=bool(bound))
        if untried := missing(found, command) or _unowned(found, command, computed):
            unproven = unproven or replace(mine, untried=untried)
            continue
        reach, way = furthest(found, command)
        if not best.seen or _ORDER.index(reach) > _ORDER.index(best.seen):
            best = replace(mine, seen=reach, way=way)
    return best if best.seen or unproven is None else unproven


_ORDER = (*REACHES, "error")


def missing(one: Observed, command: str) -> str:
    """Return what was not there, for want of which an identity may have got no further; '' if all.

    A role that lacks the privilege is refused with or without rows.
    """
    kinds = {one.kind(attempt) for attempt in one.main}
    reach = furthest(one, command)[0]
    if command == "insert" or reach in ("some", "error") or kinds == {"refused"}:
        return ""
    name = one.identity.name
    if not one.total:
        return "there is no row in it; give one under `access.given`"
    if one.can_own and not one.own and reach != "all":
        return f"there is no row of {name}'s own in it; give one under `access.given`"
    if one.owned and not one.others:
        return f"there is no row in it but {name}'s own; give one under `access.given`"
    shared = sum(attempt.shared for attempt in one.main)
    if reach == "own" and shared and one.own + shared == one.total:
        return f"each row in it is {name}'s own or shared; give another one under `access.given`"
    return ""


def _unowned(one: Observed, command: str, computed: Computed) -> str:
    """Return that rows may be somebody's own although nothing says so, if that may be all."""
    if one.owned or command == "insert" or computed.reach != "some":
        return ""
    if furthest(one, command)[0] != "nothing":
        return ""
    return "nothing says whose its rows are; name their owner under `access.tables`"


def furthest(one: Observed, command: str) -> tuple[str, str]:
    """Return how far an identity got, and by which way around the statements that decide, if so.

    That is one of `REACHES`, or `error` inside a policy.
    """
    reach, way = _directly(one, command), ""
    if reach == "error":
        return reach, way
    for attempt in one.attempts:
        further = _around(attempt, one)
        if further and REACHES.index(further) > REACHES.index(reach):
            reach, way = further, attempt.name
    return reach, way


def _directly(one: Observed, command: str) -> str:
    """Return how far the statements got that decide."""
    kinds = [one.kind(attempt) for attempt in one.main]
    if "broken" in kinds:
        return "error"
    own = sum(attempt.own for attempt in one.main)
    others = sum(attempt.others for attempt in one.main)
    shared = sum(attempt.shared for attempt in one.main)
    if not own + others + shared:
        return "refused" if set(kinds) == {"refused"} else "nothing"
    if command == "insert":
        return "own" if not others else "all" if own or not one.can_own else "some"
    # What is shared may be seen by everybody, and says nothing of the other rows.
    if not others and not (one.power and shared):
        return "own" if own else "some"
    every = own + others + shared == _every(one, command)
    return "all" if every and (others + shared or not one.owned) else "some"


def _every(one: Observed, command: str) -> int:
    """Return how many rows there are that anybody could reach with a command."""
    if command == "select":
        return one.total
    mine, others = one.mine, one.others
    for attempt in one.main:
        if attempt.of is not None and "own rows" in attempt.name:
            mine = attempt.of
        elif attempt.of is not None:
            others = attempt.of
    return mine + others


def _around(attempt: Attempt, one: Observed) -> str:
    """Return how far a way around the statements that decide has got; "" for nowhere."""
    if attempt.main or not (attempt.others or attempt.told) or attempt.name in TELLING:
        return ""
    return "all" if attempt.name == "truncate" else "some"


def computed(
    scene: Scene, tables: Sequence[Table], roles: Sequence[str]
) -> Mapping[tuple[str, Table, str], Computed]:
    """Return how far each role reaches in tables, by command, as grants and policies say."""
    schemas = sorted({schema for schema, _ in tables})
    members: dict[str, set[str]] = {role: {role, "public"} for role in roles}
    for role, group in scene.connection.execute(MEMBERS, [list(roles)]).fetchall():
        members[role].add(group)
    found = {}
    for row in scene.connection.execute(PRIVILEGES, [list(roles), schemas]).fetchall():
        role, schema, name, command, whole, some, exempt = row
        policies = [
            policy
            for policy in scene.catalog.of_table("policies", schema, name)
            if policy.command in (command, "all")
            and members[role] & set(policy.roles)
            and (policy.deciding(command) or not policy.permissive)
        ]
        found[role, (schema, name), command] = _of(
            command, bool(whole), bool(some), bool(exempt), policies
        )
    return found


def _of(
    command: str, whole: bool, some: bool, exempt: bool, policies: Sequence[Policy]
) -> Computed:  # fmt: skip
    if not (whole or some):
        return Computed("refused", f"no privilege to {command}")
    if exempt:
        return Computed("all", "row-level security does not hold", not whole)
    expressions = [(p, _expression(p, command)) for p in policies]
    permissive = [(p, text) for p, text in expressions if p.permissive]
    if not permissive:
        return Computed("nothing", "no policy for it", not whole)
    listed = "; ".join(f"{names.quoted(p.name)} ({text})" for p, text in expressions)
    limits = [text for p, text in expressions if not p.permissive and text != "true"]
    if any(text == "true" for _, text in permissive) and not limits:
        return Computed("all", listed, not whole)
    if all(text == "false" for _, text in permissive):
        return Computed("nothing", listed, not whole)
    return Computed("some", listed, not whole)


def _expression(policy: Policy, command: str) -> str:
    return (policy.deciding(command) or ("true",))[0]


def lines(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the matrix as text: a row for each table and role, a column for each command."""
    rows: dict[tuple[Table, str], dict[str, Cell]] = {}
    for cell in cells:
        rows.setdefault((cell.table, cell.role), {})[cell.command] = cell
    tables = [names.quoted(*table) for table, _ in rows]
    first = max((len(name) for name in tables), default=0)
    second = max((len(role) for _, role in rows), default=0)
    yield f"{'':<{first}}  {'':<{second}}  " + "".join(f"{command:<18}" for command in COMMANDS)
    before = None
    for (table, role), found in rows.items():
        name = names.quoted(*table) if table != before else ""
        before = table
        shown = "".join(f"{_shown(found[command]):<18}" for command in COMMANDS)
        yield f"{name:<{first}}  {role:<{second}}  {shown}".rstrip()


def _shown(cell: Cell) -> str:
    if not cell.seen:
        return "not tried"
    seen = "-" if cell.seen == "refused" else cell.seen
    return seen if cell.agrees else f"{seen} (not {cell.computed.reach})"
