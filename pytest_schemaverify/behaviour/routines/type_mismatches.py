"""Rows and values that do not fit where a body puts them."""

import re
from collections.abc import Iterator

from .expressions import is_null
from .nodes import expression_of, trees
from .resolution import Resolution
from .statements import Statement
from .variables import Query

_MODIFIER = re.compile(r"\([\d, -]+\)")
_NO_ROWS = frozenset({
    "smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "date",
    "uuid", "timestamp with time zone", "timestamp without time zone",
})  # fmt: skip
"""Types whose values can be no text of a row, nor be read from one."""
_Columns = list[tuple[str, str]]
"""Names and types."""


def misfits(statement: Statement, asked: Resolution) -> Iterator[tuple[str, str]]:
    """Yield message and SQLSTATE of what is wrong with the rows of a statement."""
    if statement.rows == "returned":
        yield from _returned(statement, asked)
    # A value without a type makes the types of a query a guess.
    if not statement.rows or asked.guessed:
        return
    found = asked.types.described(asked.text)
    if statement.rows == "none" and found:
        yield "query has no destination for result data: use `perform`, or `into`", "42601"
    elif statement.rows == "into" and not found:
        yield "INTO used with a command that cannot return data", "42601"
    elif statement.rows == "array" and not (type_ := _bare(found[0][1])).endswith("[]"):
        yield f"FOREACH expression must yield an array, not type {type_}", "42804"
    elif statement.rows in ("row", "returned") or (
        statement.rows == "assigned" and found[0][1] in _NO_ROWS
    ):
        yield from _not_a_row(asked, found[0][1])
    elif statement.rows == "value":
        yield from _no_value(statement, asked, found[0][1])
    elif statement.rows == "result" and asked.body.result:
        yield from _other_columns(asked, found)


def _not_a_row(asked: Resolution, type_: str) -> Iterator[tuple[str, str]]:
    if not is_null(asked.text.removeprefix("select ")) and not asked.types.variable(type_, {}).row:
        yield f"a row is needed here, not a value of type {type_}", "42804"


def _no_value(statement: Statement, asked: Resolution, type_: str) -> Iterator[tuple[str, str]]:
    variable = asked.types.variable(type_, {})
    if variable.row and variable.type:
        ((_, wanted),) = asked.types.described(f"select null::{statement.wanted}")
        if _bare(wanted) in _NO_ROWS:
            yield f"a row of {type_} is no value of type {wanted}", "22P02"


def _returned(statement: Statement, asked: Resolution) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a row whose columns are others than those of the result."""
    text = statement.text.removeprefix("select ")
    value = expression_of(text)
    # Which types the texts in `row(1, 'x')` have is not said there.
    if not asked.body.row or not value or "RowExpr" in value:
        return
    row = Resolution(asked.reader, asked.body, asked.rows, asked.types)
    listed = f"select {text}.*" if "ColumnRef" in value else f"select ({text}).*"
    if row.ask(Query(listed, statement.scopes)) and not row.guessed:
        found = asked.types.described(row.text)
        if [_bare(type_) for _, type_ in found] != [_bare(type_) for type_ in asked.body.row]:
            sides = [", ".join(types) for types in ((t for _, t in found), asked.body.row)]
            told = f"the row is ({sides[0]}), and the function returns ({sides[1]})"
            yield f"returned record type does not match expected record type: {told}", "42804"


def _other_columns(asked: Resolution, found: _Columns) -> Iterator[tuple[str, str]]:
    wanted = asked.types.described(f"select {', '.join(f'null::{t}' for t in asked.body.result)}")
    if [_bare(type_) for _, type_ in found] != [_bare(type_) for _, type_ in wanted]:
        sides = [", ".join(type_ for _, type_ in side) for side in (found, wanted)]
        told = f"the query returns ({sides[0]}), and the function ({sides[1]})"
        yield f"structure of query does not match function result type: {told}", "42804"


def _bare(type_: str) -> str:
    """Return a type without its modifier, such as a length."""
    return _MODIFIER.sub("", type_)


def lacking(statement: Statement, asked: Resolution) -> Iterator[tuple[str, str]]:
    """Yield the columns that are written and that a table which the function makes has not."""
    for tree in trees(statement.text):
        name = tree.node.get("relation", {}).get("relname", "")
        key = {"InsertStmt": "cols", "UpdateStmt": "targetList"}.get(tree.kind)
        if key is None or name not in asked.body.made or not (query := asked.own(name)):
            continue
        columns = {column for column, _ in asked.types.described(query)}
        written = (one["ResTarget"].get("name", "") for one in tree.node.get(key, ()))
        for column in written:
            if column and column not in columns:
                yield f'column "{column}" of relation "{name}" does not exist', "42703"
