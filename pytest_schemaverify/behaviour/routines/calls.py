"""The statement that calls a function, and arguments for it as text."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.kinds.functions.row import Function

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
