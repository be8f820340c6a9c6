"""A function in SQL or PL/pgSQL, parsed: its statements, its arguments and what it returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.declarations import alone, blocks, options, simplified
from pytest_schemaverify.sql.declarations import returned as names
from pytest_schemaverify.sql.statements import Unparsed

from .made_tables import made
from .placement import bound, unreturned
from .statements import Statement, Walk, outermost
from .variables import Query, Scope, Types, Variable

_APART = 180000
"""The first version that parses a statement of a function in SQL when those before have run."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a function consists of."""

    statements: tuple[Statement, ...]
    made: Mapping[str, Query | None] = field(default_factory=dict)
    """The tables that it makes itself; None where their columns are not known."""
    procedural: bool = False
    conflict: str = ""
    """`#variable_conflict`, where the body has it."""
    moves: bool = False
    """Whether it sets another search_path than it is called with."""
    result: tuple[str, ...] = ()
    """Types of the rows that it returns; () where it returns none, or each call chooses."""
    row: tuple[str, ...] = ()
    """Types of the row that stands behind `return`; () where that is none, or any."""


def body(function: Function, types: Types) -> Body:
    """Return the statements of a function in SQL or PL/pgSQL."""
    arguments = types.arguments(function)
    around = Scope(function.name, arguments)
    if function.language == "sql":
        found = tuple(
            Statement(one.text, one.line, (around,)) for one in sql.statements(function.source)
        )
        # Before, all of them were parsed before one was run.
        own = made(found) if types.version >= _APART else {}
        return Body(found, own, moves=_moves(function))
    chosen, source = options(function.source)
    known = blocks(source)
    declared, wrong = types.of_blocks(known, arguments)
    text = statement_of(
        function, arguments, simplified(source, known, lambda d: declared[id(d)].simple)
    )
    returned = types.returned(function)
    statements = [
        Statement(one.type, one.line, (around,), error=error) for one, error in wrong
    ]  # fmt: skip
    try:
        tree = sql.routine(text)
        walk = Walk(
            known,
            declared,
            within=bound(function),
            row=returned.row and bool(returned.type or returned.record),
            value="" if returned.row else returned.type,
            names=names(source),
        )
        statements += walk.function(tree, around)
        statements += (
            Statement("", line, error=error)
            for one in tree
            for line, error in unreturned(function, outermost(one)["body"][0])
        )
    except Unparsed as error:
        statements.append(Statement("", 1, unread=error.reason))
    chose, result = chosen.get("variable_conflict", ""), types.result(function)
    row = types.columns(returned.type) if returned.row and returned.type else ()
    return Body(tuple(statements), made(statements), True, chose, _moves(function), result, row)


def _moves(function: Function) -> bool:
    return "search_path" in function.source.lower()


def statement_of(function: Function, arguments: dict[str, Variable], source: str) -> str:
    """Return a statement that makes the function, for the parser of bodies."""
    returns = function.returns
    if function.kind == "procedure":
        returns = "" if function.outputs else "void"
    simple = {
        name: one.simple for name, one in arguments.items() if not name.startswith("$")
    }  # fmt: skip
    return alone(source, simple, returns, outputs=bool(function.outputs), rows=function.returns_set)
