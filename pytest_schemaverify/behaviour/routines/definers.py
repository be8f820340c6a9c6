"""Functions that run with their owner's rights, and who can call them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.supply import Supply
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.functions.row import Function

# No statement can call a function that returns one of these types.
_UNCALLABLE = frozenset({"trigger", "event_trigger", "internal", "language_handler"})


@dataclass(frozen=True, slots=True)
class Definer:
    """A function and the identities that can call it."""

    function: Function
    callers: tuple[Identity, ...]

    @property
    def name(self) -> str:
        """The function as SQL, with its argument types."""
        return own_name(self.function)


def definers(
    connection: Connection[Any], catalog: Catalog, scope: Iterable[str],
    identities: Iterable[Identity],
) -> list[Definer]:  # fmt: skip
    """Return the functions in some schemas that can be called and run with their owner's rights."""
    known, schemas = list(identities), set(scope)
    found = []
    for function in catalog.families["functions"].values():
        if function.schema not in schemas or function.security != "definer":
            continue
        if function.returns in _UNCALLABLE or function.kind not in ("function", "procedure"):
            continue
        callers = [one for one in known if _can(connection, one.role, function)]
        found.append(Definer(function, tuple(callers)))
    return found


def _can(connection: Connection[Any], role: str, function: Function) -> bool:
    row = connection.execute(
        "select pg_catalog.has_function_privilege(%s, p.oid, 'execute')"
        " and pg_catalog.has_schema_privilege(%s, p.pronamespace, 'usage')"
        " from pg_catalog.pg_proc as p where p.oid = %s::pg_catalog.regprocedure",
        [role, role, own_name(function)],
    ).fetchone()
    return bool(row and row[0])


def tables_of(
    catalog: Catalog, scope: Iterable[str], functions: Iterable[Function]
) -> list[tuple[str, str]]:
    """Return the tables in some schemas that functions, or what these call, may reach.

    All of them where a view is read, or SQL is put together.
    """
    schemas = set(scope)
    tables = [
        (one.schema, one.name) for one in catalog.families["tables"].values()
        if one.schema in schemas and one.kind in ("table", "partitioned table")
    ]  # fmt: skip
    by_name: dict[str, list[Function]] = {}
    for one in catalog.families["functions"].values():
        by_name.setdefault(one.name, []).append(one)
    words: set[str] = set()
    left = list(functions)
    known: set[str] = set()
    while left:
        function = left.pop()
        found = set(_WORD.findall(function.source.lower()))
        words |= found
        for name in found & by_name.keys() - known:
            known.add(name)
            left += by_name[name]
    anything = {"execute", *(name for _, name in catalog.families["views"])}
    if words & anything:
        return tables
    return [table for table in tables if table[1].lower() in words]


_WORD = re.compile(r"\w+")
Value = tuple[str, str | None]
"""Type and text of an argument."""


def call(function: Function, values: Iterable[Value]) -> sql.Composed:
    """Return the statement that calls a function with these arguments."""
    items = [sql.SQL("{}::{}").format(sql.Literal(text), sql.SQL(type_)) for type_, text in values]
    if _variadic(function) and items:
        # The type of a variadic parameter is an array, and so is its value.
        items[-1] = sql.SQL("variadic {}").format(items[-1])
    name, listed = sql.Identifier(function.schema, function.name), sql.SQL(", ").join(items)
    if function.kind == "procedure":
        return sql.SQL("call {}({})").format(name, listed)
    # The row as one text, whatever columns the function returns.
    return sql.SQL("select r::text from {}({}) as r").format(name, listed)


def _variadic(function: Function) -> bool:
    return any(one.mode == "variadic" for one in function.parameters)


def plain_arguments(connection: Connection[Any], function: Function) -> list[Value]:
    """Return arguments for a call that mean no harm; no two of them are alike."""
    supply = Supply(connection)
    return [(type_, supply.value(type_)) for type_ in types(function)]


def types(function: Function) -> list[str]:
    """Return the types of the arguments of a call; a procedure is called with OUT ones too."""
    modes = {"in", "inout", "variadic"} | ({"out"} if function.kind == "procedure" else set())
    return [one.type for one in function.parameters if one.mode in modes]
