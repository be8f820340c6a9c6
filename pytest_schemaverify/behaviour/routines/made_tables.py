"""Tables that a body makes itself, and the queries that stand for them where they are read."""

from collections.abc import Iterator, Sequence
from typing import Any

from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.statements import Tree
from pytest_schemaverify.sql.tokens import spans

from .nodes import relation_name, trees
from .statements import Statement
from .variables import Query

_MAKES = ("CreateStmt", "CreateTableAsStmt")
_CHANGES = ("AlterTableStmt", "RenameStmt")


def made(found: Sequence[Statement]) -> dict[str, Query | None]:
    """Return by name the tables that statements make; None where their columns are not known."""
    tables: dict[str, Query | None] = {}
    changed: set[str] = set()
    for one in found:
        lower = one.text.lower()
        if not any(word in lower for word in ("create", " into ", "alter")):
            continue
        for tree in trees(one.text):
            relation = tree.node.get("relation") or tree.node.get("into", {}).get("rel", {})
            name = relation.get("relname", "")
            if tree.kind in _CHANGES:
                changed.add(name)
            elif tree.kind in _MAKES and name:
                text = _query(tree, one.text)
                # Made in two ways, it has the columns of one of them.
                known = text and name not in tables
                tables[name] = Query(text, one.scopes) if known else None
    return {name: None if name in changed else query for name, query in tables.items()}


def source(tree: Tree, text: str) -> str:
    """Return the query of `create table … as …`, "" where it is none or names its columns."""
    if "SelectStmt" not in tree.node.get("query", {}) or "colNames" in tree.node["into"]:
        return ""
    at = next((end for token, _, end in spans(text) if token.text == "as"), 0)
    tokens = [(token.text, start) for token, start, _ in spans(text[at:])]
    if [word for word, _ in tokens[-2:]] == ["no", "data"] or not at:
        return ""
    return text[at:]


def type_name(node: Any) -> str:
    """Return the type of a column, as SQL."""
    parts = [part["String"]["sval"] for part in node.get("names", ())]
    # `serial` is no type: the server makes an integer of it when it creates the table.
    if parts[-1].endswith("serial"):
        parts = ["int8" if parts[-1] in ("bigserial", "serial8") else "int4"]
    return quoted(*parts) + "[]" * len(node.get("arrayBounds", ()))


def _query(tree: Tree, text: str) -> str:
    if tree.kind == "CreateTableAsStmt":
        return source(tree, text)
    if any(key in tree.node for key in ("inhRelations", "ofTypename", "partbound")):
        return ""
    return f"select {', '.join(_values(tree.node))}"


def _values(node: Any) -> Iterator[str]:
    for one in node.get("tableElts", ()):
        if "ColumnDef" in one:
            column = one["ColumnDef"]
            yield f"null::{type_name(column['typeName'])} as {quoted(column['colname'])}"
        elif "TableLikeClause" in one:  # a table or a type
            yield f"(null::{relation_name(one['TableLikeClause']['relation'])}).*"
