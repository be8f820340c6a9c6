"""Which rows policies let somebody through to, worked out by the administrator.

An identity cannot say what it would reach in every way without trying each; the expressions of
policies can be asked, with its claims, about every row at once.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    acting,
    administered,
    become_administrator,
)
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.kinds.policies.row import Policy

Cell = tuple[Table, str, str]
"""A table, a command, and the key of a row that it may be used on."""
COMMANDS = ("select", "insert", "update", "delete")
MOST = 200
"""Rows of a table that are asked about."""
TOGETHER = 40
"""Tables that are asked about in one statement."""

# Of the tables whose policies count: what a role has a privilege for.
_MAY = """
select n.nspname, c.relname, p.command
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join (values ('select'), ('insert'), ('update'), ('delete')) p (command)
where c.relkind in ('r', 'p') and c.relrowsecurity
    and pg_catalog.has_schema_privilege(%(role)s, n.oid, 'usage')
    and case p.command
        when 'delete' then pg_catalog.has_table_privilege(%(role)s, c.oid, 'delete')
        else pg_catalog.has_any_column_privilege(%(role)s, c.oid, p.command)
    end
"""
_ROLES = """
select rolname from pg_catalog.pg_roles where pg_catalog.pg_has_role(%s, oid, 'usage')
"""


@contextmanager
def claims_of(scene: Scene, identity: Identity) -> Iterator[None]:
    """Let policies take the administrator for an identity, which they ask for by its claims."""
    with acting(scene.connection, identity):
        become_administrator(scene.connection)
        yield


@contextmanager
def without_triggers(scene: Scene) -> Iterator[None]:
    """Let the administrator write what neither triggers nor foreign keys have a say about."""
    # `replica` keeps triggers from firing, and foreign keys are triggers of the system.
    role = sql.SQL("select pg_catalog.set_config('session_replication_role', {}, true)")
    administered(scene.connection, role.format("replica"))
    yield
    administered(scene.connection, role.format("origin"))


def let_through(scene: Scene, identity: Identity, tables: Iterable[Table]) -> frozenset[Cell]:
    """Return what policies let an identity do with each row of tables, if it has the privilege.

    The connection is the administrator's and has the claims of the identity. A new row is asked
    for by those that are there: whether one like it could be added.
    """
    may = _may(scene, identity.role)
    wanted = [
        (table, commands)
        for table in tables
        if (commands := tuple(one for one in COMMANDS if (*table, one) in may))
    ]
    return frozenset(
        cell
        for first in range(0, len(wanted), TOGETHER)
        for cell in _asked(scene, identity, wanted[first : first + TOGETHER])
    )


def deciding(scene: Scene, role: str, table: Table, command: str) -> list[Policy]:
    """Return the permissive policies that can let a role through with a command."""
    return [
        one for one in _policies(scene, role, table) if one.permissive and one.deciding(command)
    ]  # fmt: skip


def _may(scene: Scene, role: str) -> frozenset[tuple[str, str, str]]:
    known = ("may", role)
    if known not in scene.cache:
        rows = scene.connection.execute(_MAY, {"role": role}).fetchall()
        scene.cache[known] = frozenset(rows)
    found: frozenset[tuple[str, str, str]] = scene.cache[known]
    return found


def _policies(scene: Scene, role: str, table: Table) -> list[Policy]:
    known = ("roles", role)
    if known not in scene.cache:
        rows = scene.connection.execute(_ROLES, [role]).fetchall()
        scene.cache[known] = {"public", *(name for (name,) in rows)}
    there: Collection[str] = scene.cache[known]
    return [
        one for one in scene.catalog.of_table("policies", *table)
        if any(name in there for name in one.roles)
    ]  # fmt: skip


def _asked(
    scene: Scene, identity: Identity, wanted: Sequence[tuple[Table, tuple[str, ...]]]
) -> list[Cell]:
    """Return the rows with the commands that may be used on them, of several tables at once."""
    selects = [
        _select(scene, identity, number, *one) for number, one in enumerate(wanted)
    ]  # fmt: skip
    if not selects:
        return []
    try:
        with scene.connection.transaction():
            rows = administered(scene.connection, sql.SQL(" union all ").join(selects)).rows
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        # One policy that fails shall not hide what the others say.
        parts = [[one] for one in wanted] if len(wanted) > 1 else _singly(wanted[0])
        return [cell for part in parts for cell in _asked(scene, identity, part)]
    return [
        (wanted[int(number)][0], command, key)
        for number, key, *answers in rows
        for command, may in zip(COMMANDS, answers, strict=True)
        if may == "true"
    ]


def _singly(one: tuple[Table, tuple[str, ...]]) -> list[list[tuple[Table, tuple[str, ...]]]]:
    """Return a table with each of several commands; nothing where there is only one."""
    table, commands = one
    return [[(table, (command,))] for command in commands] if len(commands) > 1 else []


def _select(
    scene: Scene, identity: Identity, number: int, table: Table, commands: Sequence[str]
) -> sql.Composed:
    policies = _policies(scene, identity.role, table)
    listed = sql.SQL(", ").join(
        sql.SQL(_condition(policies, one) if one in commands else "'false'") for one in COMMANDS
    )
    # Expressions of policies name the table by its name, so that is its alias. Where there is no
    # row, a policy that asks for nothing of it is asked all the same.
    return sql.SQL(
        "(select {number}, {key}, {listed} from {relation} as {alias} limit {most}) union all "
        "(select {number}, '', {listed} from (values (0)) as nothing left join {relation} "
        "as {alias} on false where not exists (select from {relation}))"
    ).format(
        number=sql.Literal(number), key=key_of(scene, table), listed=listed,
        relation=sql.Identifier(*table), alias=sql.Identifier(table[1]), most=sql.Literal(MOST),
    )  # fmt: skip


def key_of(scene: Scene, table: Table, alias: str = "") -> sql.Composed:
    """Return the expression that tells rows apart, of a table under its own name or another."""
    columns = scene.primary_key(table) or ("ctid",)
    listed = sql.SQL(", ").join(sql.Identifier(alias or table[1], name) for name in columns)
    return sql.SQL("row({})::text").format(listed)


def _condition(policies: Sequence[Policy], command: str) -> str:
    """Return the condition on rows that policies let through, as an expression that is not NULL."""
    some: list[str] = []
    all_of: list[str] = []
    for one in policies:
        expressions = one.deciding(command)
        if expressions:
            text = " and ".join(f"({expression})" for expression in expressions)
            (some if one.permissive else all_of).append(f"({text})")
    together = " and ".join([f"({' or '.join(some) or 'false'})", *all_of])
    return f"coalesce({together}, false)::text"
