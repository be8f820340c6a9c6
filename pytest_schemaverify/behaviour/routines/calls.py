"""The statement that calls a function, and arguments for it as text."""

from collections.abc import Iterable, Iterator
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.behaviour.access.signatures import concrete, listed
from pytest_schemaverify.kinds.functions.row import Function, Parameter

Value = tuple[str, str | None]
"""Type and text of an argument."""


def call(function: Function, values: Iterable[Value]) -> sql.Composed:
    """Return the statement that calls a function with these arguments."""
    items = [sql.SQL("{}::{}").format(sql.Literal(text), sql.SQL(type_)) for type_, text in values]
    name = sql.Identifier(function.schema, function.name)
    arguments = listed(items, variadic=any(one.mode == "variadic" for one in function.parameters))
    if function.kind == "procedure":
        return sql.SQL("call {}({})").format(name, arguments)
    # The server wants to be told the columns of a record, unless it is one value.
    if function.returns.lower() in ("record", "setof record") and not function.outputs:
        return sql.SQL("select {}({})::text").format(name, arguments)
    # The row as one text, whatever columns the function returns.
    return sql.SQL("select r::text from {}({}) as r").format(name, arguments)


def plain_arguments(connection: Connection[Any], function: Function) -> list[Value]:
    """Return arguments for a call that mean no harm; no two of them are alike."""
    supply = Supply(connection)
    types = next(concrete([one.type for one in inputs(function)], (), ()), ())
    return [(type_, supply.value(type_)) for type_ in types]


def signatures(
    function: Function, enums: Iterable[str], rows: Iterable[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the types of the arguments of a call, as `concrete` does."""
    yield from concrete([one.type for one in inputs(function)], enums, rows)


def inputs(function: Function) -> list[Parameter]:
    """Return the arguments of a call; a procedure is called with OUT ones too."""
    modes = {"in", "inout", "variadic"} | ({"out"} if function.kind == "procedure" else set())
    return [one for one in function.parameters if one.mode in modes]
