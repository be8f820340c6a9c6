"""Views and functions that an identity may use, and with which arguments functions are called."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import TypeVar

from psycopg import sql

from pytest_schemaverify.behaviour.access.budget import Budget, Calls
from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.rosters import keys_of
from pytest_schemaverify.behaviour.access.rows.kinds import Kinds
from pytest_schemaverify.behaviour.access.rows.values import candidates
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, cast, type_name
from pytest_schemaverify.behaviour.access.trying.column_privileges import readable
from pytest_schemaverify.sql import names

T = TypeVar("T")
MOST_CALLS = 80
"""Combinations of arguments with which a function is called, at most."""

# Trigger functions cannot be called by a statement (0A000), and members of extensions (deptype e)
# are not the project's own.
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
select n.nspname, c.relname, c.oid
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
class Endpoint:
    """A view or a function that an identity may use."""

    subject: str
    statements: tuple[sql.Composed, ...]
    calls: Calls
    writes: bool = False
    oid: int = 0
    """Of a view."""
    schema: str = ""
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
    scene: Scene, who: Identity, schemas: frozenset[str], budget: Budget
) -> Iterator[Endpoint]:
    """Yield the views that an identity may read."""
    role = who.role
    rows = scene.connection.execute(VIEWS, [sorted(schemas), role, role, role]).fetchall()
    for schema, name, oid in rows:
        listed = readable(scene, role, (schema, name))
        statement = sql.SQL("select {} from {}").format(listed, sql.Identifier(schema, name))
        calls = Calls(scene.connection, budget)
        yield Endpoint(names.quoted(schema, name), (statement,), calls, oid=oid, schema=schema)


def functions(
    scene: Scene, who: Identity, hostile: dict[str, list[str]], schemas: frozenset[str],
    budget: Budget,
) -> Iterator[Endpoint]:  # fmt: skip
    """Yield the functions that an identity may call, with arguments of which some are `hostile`."""
    role = who.role
    rows = scene.connection.execute(CALLABLE, [sorted(schemas), role, role]).fetchall()
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
        yield Endpoint(subject, statements, Calls(scene.connection, budget), volatile == "v")


def _combined(each: Sequence[Sequence[str | None]]) -> Iterator[tuple[str | None, ...]]:
    """Yield arguments: each value of one with the first of the others, then some more."""
    first = tuple(values[0] for values in each)
    every = (
        (*first[:place], value, *first[place + 1 :])
        for place, values in enumerate(each)
        for value in values
    )
    yield from dict.fromkeys((first, *every, *islice(product(*each), 10)))


def hostile_values(scene: Scene, tables: Sequence[Table]) -> dict[str, list[str]]:
    """Return values of the other tenant's rows by type: what an attacker would send."""
    found: dict[str, list[str]] = {}
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
            for column, text in zip(columns.values(), row, strict=True):
                values = found.setdefault(type_name(column.type), [])
                if text is not None and text not in values:
                    values.append(text)
    return found


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
    texts = [*_WANTED.get(type_, ()), *hostile.get(type_name(type_), [])[:3], *usual]
    return [*dict.fromkeys(texts[:4]), None]
