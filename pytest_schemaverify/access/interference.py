"""Views and functions: whether what one tenant gets depends on rows of another.

Each is asked twice, with the rows of both tenants there and with those of the other gone. If the
answers differ, something of them shows, be it a row, a count or an error.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, product
from typing import TypeVar

from psycopg import sql

from pytest_schemaverify import names
from pytest_schemaverify.access.attempts import written
from pytest_schemaverify.access.budget import Budget, Calls
from pytest_schemaverify.access.identities import (
    Identity,
    Outcome,
    acting,
    administered,
    oneself,
    ran,
    tried,
)
from pytest_schemaverify.access.scene import Scene, described
from pytest_schemaverify.access.statements import Table, cast
from pytest_schemaverify.access.values import Kinds, candidates
from pytest_schemaverify.databases.bounds import holding

T = TypeVar("T")
MOST_CALLS = 80
"""Combinations of arguments with which a function is called, at most."""

CALLABLE = """
select n.nspname, p.proname, p.prokind,
       array(select pg_catalog.format_type(a.type, null)
             from pg_catalog.unnest(p.proargtypes) with ordinality as a (type, n) order by a.n),
       p.provolatile
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
select n.nspname, c.relname, c.relkind
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm') and n.nspname = any (%s)
    and pg_catalog.has_schema_privilege(%s, n.oid, 'usage')
    and (pg_catalog.has_table_privilege(%s, c.oid, 'select')
        or pg_catalog.has_any_column_privilege(%s, c.oid, 'select'))
    and not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid
            and d.deptype = 'e'
    )
order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Interference:
    """Something of another tenant that shows, or a door that could not be tried."""

    subject: str
    told: str
    again: str = ""
    untried: bool = False
    bound: bool = False
    """Whether it could not be tried within bounds."""


@dataclass(frozen=True, slots=True)
class _Door:
    subject: str
    statements: tuple[sql.Composed, ...]
    calls: Calls
    writes: bool = False
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


Answers = Sequence[Outcome | None]
"""The outcomes of a door's statements; None for one that met a bound, or was not tried."""


def interferences(
    scene: Scene, tables: Sequence[Table], schemas: frozenset[str],
    excepted: Callable[[str], bool],
) -> Iterator[Interference]:  # fmt: skip
    """Yield the views and functions through which rows of `tenant B` show to `tenant A`.

    Of those that are excepted, that they are.
    """
    tenant, other = scene.identities["tenant A"], scene.identities["tenant B"]
    budget = Budget(holding(scene.connection).bounds)
    every = [
        *_views(scene, tenant, schemas, budget),
        *_functions(scene, tenant, tables, schemas, budget),
    ]
    left = {door.subject for door in every if excepted(door.subject)}
    yield from (Interference(subject, NOT_TRIED) for subject in sorted(left))
    doors = [door for door in every if door.subject not in left]
    _refresh(scene, schemas)
    first = [_answers(scene, tenant, door) for door in doors]
    again = [_answers(scene, tenant, door) for door in doors]
    touched = [_touching(scene, tenant, other, door, tables) for door in doors]
    silent = [_tried(scene, other, door, found) for door, found in zip(doors, first, strict=True)]
    with _without(scene, other, tables):
        _refresh(scene, schemas)
        alone = [_answers(scene, tenant, door) for door in doors]
    for number, door in enumerate(doors):
        if touched[number]:
            yield touched[number][0]
        elif leak := _differing(door, tenant, first[number], again[number], alone[number]):
            yield leak
        elif reason := door.calls.given_up or silent[number]:
            bound = bool(door.calls.bound)
            yield Interference(door.subject, reason, untried=True, bound=bound)


NOT_TRIED = "not tried, because an exception names it"
"""Reported for what is not tried; the exception removes it, unless the exception itself fails."""


def _answers(scene: Scene, identity: Identity, door: _Door) -> Answers:
    return [_asked(scene, identity, door, one) for one in door.statements]


def _asked(
    scene: Scene, identity: Identity, door: _Door, statement: sql.Composed
) -> Outcome | None:
    return door.made(statement, lambda: tried(scene.connection, identity, statement))


def _differing(
    door: _Door, tenant: Identity, first: Answers, again: Answers, alone: Answers
) -> Interference | None:
    for one, same, without in zip(first, again, alone, strict=True):
        if one is None or same is None or without is None:
            continue
        if _answer(one) != _answer(same) or _answer(one) == _answer(without):
            continue  # another answer each time tells nothing
        if one.done:
            gone = [row for row in one.rows if row not in without.rows]
            lines = [described(one.columns, row) for row in gone[:3]]
            told = "\n".join(["tenant A gets what is there because of rows of tenant B", *lines])
        else:
            told = f"tenant A learns of rows of tenant B by an error: {one}"
        return Interference(door.subject, told, written(tenant, one))
    return None


def _answer(outcome: Outcome) -> tuple[object, ...]:
    return (outcome.state, outcome.message, sorted(map(repr, outcome.rows)))


def _tried(scene: Scene, other: Identity, door: _Door, found: Answers) -> str:
    """Return why a door says nothing, if no call of it came to an end for anybody; '' if one did.

    A function may refuse one tenant and serve the other, or only an administrator.
    """
    last = None
    if any(outcome is not None and outcome.done for outcome in found):
        return ""
    for statement in door.statements:
        answer = _asked(scene, other, door, statement)
        if answer is not None and answer.done:
            return ""
        last = _as_administrator(scene, other, door, statement) or last
        if last is not None and last.done:
            return ""
    if door.calls.bound:
        return door.calls.bound
    return f"no call of it succeeds, for an administrator neither: {last}"


def _as_administrator(
    scene: Scene, claims: Identity, door: _Door, statement: sql.Composed
) -> Outcome | None:
    def called() -> Outcome:
        with acting(scene.connection, claims):
            oneself(scene.connection)
            return ran(scene.connection, statement)

    return door.made(statement, called)


def _touching(
    scene: Scene, tenant: Identity, other: Identity, door: _Door, tables: Sequence[Table]
) -> list[Interference]:
    """Return what a call changes in rows of the other tenant."""
    if not door.writes:
        return []
    before = _state(scene, other, tables)

    def called(statement: sql.Composed) -> tuple[Outcome, dict[Table, str | None]]:
        with acting(scene.connection, tenant):
            outcome = ran(scene.connection, statement)
            if not outcome.done:
                return outcome, before
            oneself(scene.connection)
            return outcome, _state(scene, other, tables)

    for statement in door.statements:
        if (found := door.made(statement, partial(called, statement))) is None:
            continue
        outcome, after = found
        changed = [table for table in tables if before[table] != after[table]]
        if changed:
            listed = ", ".join(names.quoted(*table) for table in changed)
            told = f"tenant A changes rows of tenant B in {listed}"
            return [Interference(door.subject, told, written(tenant, outcome))]
    return []


def _state(scene: Scene, other: Identity, tables: Sequence[Table]) -> dict[Table, str | None]:
    """Return a digest of the other tenant's rows in each table."""
    found = {}
    for table in tables:
        value = scene.owners[table].of(other)
        statement = sql.SQL(
            "select pg_catalog.md5(pg_catalog.string_agg(t::text, ' ' order by t::text)) "
            "from {} as t where {} = {}"
        ).format(sql.Identifier(*table), scene.owner_of(table, "t"), sql.Literal(value))
        row = scene.connection.execute(statement).fetchone()
        found[table] = row[0] if row else None
    return found


@contextmanager
def _without(scene: Scene, other: Identity, tables: Sequence[Table]) -> Iterator[None]:
    """Take the other tenant's rows away for a while, whatever hangs on them."""
    connection = scene.connection
    with connection.transaction(force_rollback=True):
        # Neither foreign keys nor triggers: nothing but these rows is to be gone.
        connection.execute(
            "select pg_catalog.set_config('session_replication_role', 'replica', true)"
        )
        keys = {
            table: [key for key, whose in scene.keys_and_owners(table)
                    if whose == scene.owners[table].of(other)]
            for table in tables
        }  # fmt: skip
        for table, listed in keys.items():
            statement = sql.SQL("delete from {} as t where {}").format(
                sql.Identifier(*table), scene.keys(table, listed)
            )
            connection.execute(statement)
        connection.execute(
            "select pg_catalog.set_config('session_replication_role', 'origin', true)"
        )
        yield


def _refresh(scene: Scene, schemas: frozenset[str]) -> None:
    """Have materialized views show the rows that are there."""
    found = [
        (row.schema, row.name) for row in scene.catalog.families["views"].values()
        if row.kind == "materialized view" and row.schema in schemas
    ]  # fmt: skip
    for view in found:
        with scene.connection.transaction():
            ran_ = sql.SQL("refresh materialized view {}").format(sql.Identifier(*view))
            administered(scene.connection, ran_)


def _views(
    scene: Scene, tenant: Identity, schemas: frozenset[str], budget: Budget
) -> Iterator[_Door]:
    role = tenant.role
    rows = scene.connection.execute(VIEWS, [sorted(schemas), role, role, role]).fetchall()
    for schema, name, _ in rows:
        statement = sql.SQL("select * from {}").format(sql.Identifier(schema, name))
        yield _Door(names.quoted(schema, name), (statement,), Calls(scene.connection, budget))


def _functions(
    scene: Scene, tenant: Identity, tables: Sequence[Table], schemas: frozenset[str],
    budget: Budget,
) -> Iterator[_Door]:  # fmt: skip
    role = tenant.role
    rows = scene.connection.execute(CALLABLE, [sorted(schemas), role, role]).fetchall()
    if not rows:
        return
    hostile = _of_others(scene, tables)
    for schema, name, kind, types, volatile in rows:
        each = [_arguments(scene, type_, hostile) for type_ in types]
        call = sql.SQL("call {}({})" if kind == "p" else "select * from {}({})")
        statements = tuple(
            call.format(
                sql.Identifier(schema, name),
                sql.SQL(", ").join(
                    cast(text, type_) for text, type_ in zip(chosen, types, strict=True)
                ),
            )
            for chosen in islice(_combined(each), MOST_CALLS)
        )
        subject = f"{names.quoted(schema, name)}({', '.join(types)})"
        yield _Door(subject, statements, Calls(scene.connection, budget), volatile == "v")


def _combined(each: Sequence[Sequence[str | None]]) -> Iterator[tuple[str | None, ...]]:
    """Yield arguments: each value of one with the first of the others, then some more."""
    first = tuple(values[0] for values in each)
    every = (
        (*first[:place], value, *first[place + 1 :])
        for place, values in enumerate(each)
        for value in values
    )
    yield from dict.fromkeys((first, *every, *islice(product(*each), 10)))


def _of_others(scene: Scene, tables: Sequence[Table]) -> dict[str, list[str]]:
    """Return values of the other tenant's rows by type: what an attacker would send."""
    found: dict[str, list[str]] = {}
    other = scene.identities["tenant B"]
    for table in tables:
        keys = [
            k for k, whose in scene.keys_and_owners(table) if whose == scene.owners[table].of(other)
        ]
        columns = scene.columns(table)
        picked = sql.SQL(", ").join(
            sql.SQL("{}::text").format(sql.Identifier("t", name)) for name in columns
        )
        statement = sql.SQL("select {} from {} as t where {} limit 2").format(
            picked, sql.Identifier(*table), scene.keys(table, keys)
        )
        for row in scene.connection.execute(statement).fetchall():
            for column, text in zip(columns.values(), row, strict=True):
                values = found.setdefault(_plain(column.type), [])
                if text is not None and text not in values:
                    values.append(text)
    return found


def _plain(type_: str) -> str:
    return type_.partition("(")[0].rpartition(".")[2]


_WANTED = {
    "text": ("%", "' or true --", ""), "integer": ("100", "1"), "bigint": ("100", "1"),
    "double precision": ("0", "-1"), "real": ("0", "-1"), "numeric": ("0", "-1"),
    "boolean": ("true", "false"), "timestamp with time zone": ("1900-01-01",),
    "interval": ("100 years",),
}  # fmt: skip
"""Values that let as much through as there is, and have an end: a function may count up to them."""


def _arguments(scene: Scene, type_: str, hostile: dict[str, list[str]]) -> list[str | None]:
    if type_ == "uuid":
        return [*hostile.get("uuid", [])[:40], None]
    kind = Kinds(scene.connection)(type_)
    usual = [*islice(candidates(kind, 1, "a"), 2)]
    texts = [*_WANTED.get(type_, ()), *hostile.get(_plain(type_), [])[:3], *usual]
    return [*dict.fromkeys(texts[:4]), None]
