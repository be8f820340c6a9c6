"""Statements that the server does not look at when it parses them, as queries."""

from collections.abc import Iterator, Set
from typing import Any

from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.statements import Tree, Unparsed, walk

from .made_tables import source, type_name
from .nodes import relation_name, trees
from .statements import Statement

_PARSED = frozenset({
    "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CreateTableAsStmt",
    "ExplainStmt", "DeclareCursorStmt", "VariableShowStmt",
})  # fmt: skip
"""Statements whose names the server resolves when it parses them."""
_NAMELESS = frozenset({
    "CheckPointStmt", "ClosePortalStmt", "DeallocateStmt", "DiscardStmt", "ListenStmt",
    "NotifyStmt", "TransactionStmt", "UnlistenStmt",
})  # fmt: skip
"""Statements that name nothing that the catalog has."""
_OF_TABLES = frozenset({"TruncateStmt", "LockStmt", "RefreshMatViewStmt", "VacuumStmt"})
"""Statements that name tables and nothing in them."""
_OF_MADE = frozenset({"AlterTableStmt", "IndexStmt", "DropStmt", "CopyStmt", "CommentStmt"})
"""Statements that may be about tables which the function makes itself."""
_CALLED = 140000
"""The first version that resolves the procedure when it parses CALL."""


def as_queries(statement: Statement, version: int, made: Set[str]) -> tuple[list[str], str]:
    """Return the texts that the server is asked about a statement, and what stays unread."""
    if statement.unread or statement.error is not None:
        return [], ""
    try:
        parsed = sql.tree(statement.text)
    except Unparsed:  # the server may be newer than the parser
        return [statement.text], ""
    queries: list[str] = []
    for tree in parsed:
        found = _queries(tree, statement.text, version, made)
        if found is None:
            word = " ".join(statement.text.split()[:2])
            return queries, f"the server reads `{word} …` only when it runs"
        queries += found
    return queries, ""


def impossible(statement: Statement) -> Iterator[tuple[str, str]]:
    """Yield message and SQLSTATE of what no function can run, with any catalog."""
    for tree in trees(statement.text):
        if tree.kind == "TransactionStmt":
            yield "unsupported transaction command in PL/pgSQL", "0A000"
        elif tree.kind == "VacuumStmt" and tree.node.get("is_vacuumcmd"):
            yield "VACUUM cannot be executed from a function", "25001"
        elif tree.kind == "DiscardStmt" and tree.node.get("target") == "DISCARD_ALL":
            yield "DISCARD ALL cannot be executed from a function", "25001"
        elif statement.dynamic and tree.kind == "SelectStmt" and "intoClause" in tree.node:
            yield "EXECUTE of SELECT ... INTO is not implemented", "0A000"


def _queries(tree: Tree, text: str, version: int, made: Set[str]) -> list[str] | None:
    """Return the texts for one statement; None for what cannot be looked at."""
    if tree.kind in _PARSED:
        return [(tree.kind == "CreateTableAsStmt" and source(tree, text)) or text]
    if tree.kind in _NAMELESS:
        return []
    if tree.kind == "CallStmt":
        return [text if version >= _CALLED else f"select {text.strip()[len('call') :]}"]
    if tree.kind == "VariableSetStmt":
        return list(_settings(tree.node))
    if tree.kind == "ConstraintsSetStmt" and not tree.node.get("constraints"):
        return []
    if tree.kind in _OF_TABLES:
        return [f"select {columns} from {name}" for name, columns in _tables(tree.node)]
    # A temporary table can be made anew in each call, so what it refers to is all that can be
    # missing.
    if tree.kind == "CreateStmt" and tree.node["relation"].get("relpersistence") == "t":
        rest = {key: part for key, part in tree.node.items() if key != "relation"}
        return [
            *(f"select from {name}" for name, _ in _tables(rest)),
            *(f"select null::{name}" for name in _types(tree.node)),
        ]
    # `if exists` makes no error of what is not there.
    if tree.kind == "DropStmt" and tree.node.get("missing_ok"):
        return []
    if tree.kind in _OF_MADE and _named(tree.node) & made:
        return []
    return None


def _named(node: Any) -> set[str]:
    """Return the names of tables in a statement, without schemas."""
    ranges = {one["relname"] for _, one in walk(node) if "relname" in one}
    lists = [one["items"] for key, one in walk(node) if key == "List"]
    return ranges | {items[-1]["String"]["sval"] for items in lists if "String" in items[-1]}


def _tables(node: Any) -> Iterator[tuple[str, str]]:
    """Yield the tables in a statement, with the columns of each that it names."""
    columns = {
        id(one["relation"]): [part["String"]["sval"] for part in one["va_cols"]]
        for _, one in walk(node) if "va_cols" in one
    }  # fmt: skip
    for _, one in walk(node):
        if "relname" in one:
            yield relation_name(one), ", ".join(map(quoted, columns.get(id(one), ())))


def _settings(node: Any) -> Iterator[str]:
    """Yield what asks whether a setting is there, or the role that is set."""
    name = node.get("name", "")
    if name in ("role", "session_authorization"):
        for one in node.get("args", ()):
            role = one["A_Const"].get("sval", {}).get("sval", "none")
            if role != "none":
                literal = quoted(role).replace("'", "''")
                yield f"select '{literal}'::pg_catalog.regrole"
    elif name and "." not in name and node.get("kind") != "VAR_SET_MULTI":
        yield f"show {quoted(name)}"


def _types(node: Any) -> Iterator[str]:
    """Yield the types of columns, as SQL."""
    for key, one in walk(node):
        if key == "typeName":
            yield type_name(one)
