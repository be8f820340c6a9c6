"""Views and functions that an identity may use, and with which arguments functions are called."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.budget import Budget, Calls
from pytest_schemaverify.behaviour.access.hostile_values import (
    Attacker,
    KnownRow,
    combined,
    with_an_end,
)
from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.rosters import keys_of
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.signatures import concrete, listed
from pytest_schemaverify.behaviour.access.statements import Table, Values, cast
from pytest_schemaverify.behaviour.access.tenants.endpoints.sources_of_views import read_by_views
from pytest_schemaverify.behaviour.access.tenants.endpoints.written_views import writings
from pytest_schemaverify.behaviour.access.trying.column_privileges import readable
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names

T = TypeVar("T")
MOST_CALLS = 80
"""Combinations of arguments with which a function is called, at most."""
MOST_KEYS = 40
"""Values of rows that are tried for one argument."""

# Trigger functions cannot be called by a statement (0A000), and members of extensions (deptype e)
# are not the project's own.
CALLABLE = """
select n.nspname, p.proname, p.prokind,
       array(select pg_catalog.format_type(a.type, null)
             from pg_catalog.unnest(p.proargtypes) with ordinality as a (type, n) order by a.n),
       coalesce(p.proargnames, '{}'), p.provariadic <> 0, p.provolatile, p.prosrc,
       p.prorettype = 'pg_catalog.refcursor'::pg_catalog.regtype,
       p.prorettype = 'pg_catalog.record'::pg_catalog.regtype and p.proallargtypes is null
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname = any (%s) and p.prokind in ('f', 'p')
    and p.prorettype not in (
        'pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype
    )
    and pg_catalog.has_schema_privilege(%s, n.oid, 'usage')
    and pg_catalog.has_function_privilege(%s, p.oid, 'execute')
    and not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid
            and d.deptype = 'e'
    )
order by 1, 2, 4
"""
VIEWS = """
select n.nspname, c.relname, c.oid,
       pg_catalog.has_any_column_privilege(%s, c.oid, 'select')
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm') and n.nspname = any (%s)
    and pg_catalog.has_schema_privilege(%s, n.oid, 'usage')
    and (pg_catalog.has_any_column_privilege(%s, c.oid, 'select, insert, update')
        or pg_catalog.has_table_privilege(%s, c.oid, 'delete'))
    and not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid
            and d.deptype = 'e'
    )
order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A view or a function that an identity may use."""

    subject: str
    statements: tuple[sql.Composed, ...]
    calls: Calls
    changes: tuple[sql.Composed, ...] = ()
    """Statements that may change something."""
    oid: int = 0
    """Of a view."""
    schema: str = ""
    cursor: bool = False
    """It returns cursors, whose rows are its answer."""
    missed: set[int] = field(default_factory=set)
    """Statements that met a bound, by their ids; they are not tried again."""

    def made(self, statement: sql.Composed, call: Callable[[], T]) -> T | None:
        """Return the outcome of a statement; None if it meets a bound, now or at an earlier try."""
        if id(statement) in self.missed or not self.calls.may():
            return None
        found = self.calls.made(call)
        if found is None:
            self.missed.add(id(statement))
        return found


def views(
    scene: Scene, who: Identity, tables: Sequence[Table], schemas: frozenset[str], budget: Budget
) -> Iterator[Endpoint]:
    """Yield the views that an identity may read or write."""
    role, read = who.role, read_by_views(scene, tables)
    rows = scene.connection.execute(VIEWS, [role, sorted(schemas), role, role, role]).fetchall()
    for schema, name, oid, reads in rows:
        view = (schema, name)
        query = sql.SQL("select {} from {}").format(
            readable(scene, role, view), sql.Identifier(*view)
        )
        changes = tuple(writings(scene, who, view, oid, read.get(oid, set())))
        yield Endpoint(
            names.quoted(*view), (query,) if reads else (), Calls(scene.connection, budget),
            changes, oid, schema,
        )  # fmt: skip


def functions(
    scene: Scene, who: Identity, attacker: Attacker, schemas: frozenset[str], budget: Budget
) -> Iterator[Endpoint]:
    """Yield the functions that an identity may call, with the values of an attacker."""
    role = who.role
    rows = scene.connection.execute(CALLABLE, [sorted(schemas), role, role]).fetchall()
    for schema, name, kind, types, given, variadic, volatility, source, cursor, record in rows:
        form = "call {}({})" if kind == "p" else "select * from {}({})"
        # The server wants to be told the columns of a record, unless it is one value.
        call = sql.SQL("select {}({})::text" if record else form)
        names_ = [*given[: len(types)], *[""] * (len(types) - len(given))]
        every = _choices(scene, replace(attacker, source=source), types, names_)
        statements = tuple(
            call.format(
                sql.Identifier(schema, name),
                listed([cast(text, type_) for type_, text in chosen], variadic=variadic),
            )
            for chosen in every
        )
        yield Endpoint(
            f"{names.quoted(schema, name)}({', '.join(types)})", statements,
            Calls(scene.connection, budget), statements if volatility == "v" else (), cursor=cursor,
        )  # fmt: skip


def _choices(
    scene: Scene, attacker: Attacker, types: Sequence[str], given: Sequence[str]
) -> Iterator[list[tuple[str, str | None]]]:
    """Yield the arguments of calls, each with its type."""
    enums = [
        names.quoted(one.schema, one.name)
        for one in scene.catalog.families["types"].values()
        if one.labels
    ]
    signatures = [*concrete(types, enums, dict.fromkeys(one.table for one in attacker.rows))]
    for signature in signatures:
        each = [
            [*dict.fromkeys(map(with_an_end, attacker.values(type_, name)))]
            for type_, name in zip(signature, given, strict=True)
        ]
        most = max(MOST_CALLS // len(signatures), 8)
        for texts in (attacker.usual(signature, given), *islice(_combined(each), most)):
            yield [*zip(signature, texts, strict=True)]


def _combined(each: Sequence[Sequence[str | None]]) -> Iterator[tuple[str | None, ...]]:
    """Yield arguments: each value of one with the first of the others, then some more."""
    first = tuple(values[0] for values in each)
    every = (
        (*first[:place], value, *first[place + 1 :])
        for place, values in enumerate(each)
        for value in values
    )
    yield from dict.fromkeys((first, *every, *islice(combined(each, MOST_CALLS), 10)))


def attacker_of(scene: Scene, tables: Sequence[Table]) -> Attacker:
    """Return somebody who knows rows of the other tenant."""
    rows = [*_known(scene, tables)]

    def drafted(table: Table) -> Values:
        known = ("drafted", table)
        if known not in scene.cache:
            scene.cache[known] = _draft(scene, table)
        row: Values = scene.cache[known]
        return row

    return Attacker(
        scene.connection, scene.catalog, scene.maker.supply, rows, "", MOST_KEYS, drafted
    )


def _draft(scene: Scene, table: Table) -> Values:
    """Return a new row of tenant A's, or of nobody's; nothing of what is made for it stays."""
    owner = scene.owners.get(table)
    mine = owner.of(scene.identities["tenant A"]) if owner else None
    try:
        with scene.meanwhile():
            sent: Values = scene.own_draft(table, mine, "tenant A").sent
            return sent
    except (CannotDetermine, psycopg.Error):
        if scene.connection.closed:
            raise
        return {}


def _known(scene: Scene, tables: Sequence[Table]) -> Iterator[KnownRow]:
    other = scene.identities["tenant B"]
    for table in tables:
        keys = keys_of(scene, table, scene.owners[table].of(other))
        columns = scene.columns(table)
        picked = sql.SQL(", ").join(
            sql.SQL("{}::text").format(sql.Identifier("t", name)) for name in columns
        )
        statement = sql.SQL("select {} from {} as t where {} limit 2").format(
            picked, sql.Identifier(*table), scene.keys(table, keys)
        )
        for row in scene.connection.execute(statement).fetchall():
            texts = {
                name: text for name, text in zip(columns, row, strict=True) if text is not None
            }
            yield KnownRow(names.quoted(*table), "", texts)
