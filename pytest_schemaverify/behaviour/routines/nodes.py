"""What the parser says of a statement in a body, where it can read it."""

from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.statements import Node, Tree, Unparsed


def trees(text: str) -> list[Tree]:
    """Return the statements of a text, [] for one that the parser cannot read."""
    try:
        return sql.tree(text)
    except Unparsed:  # the server may be newer than the parser
        return []


def constant_of(text: str) -> Node:
    """Return the constant that an expression is, {} for one that is none."""
    found: Node = expression_of(text).get("A_Const", {})
    return found


def expression_of(text: str) -> Node:
    """Return an expression, {} for one that the parser cannot read."""
    try:
        return sql.expression(text)
    except Unparsed:
        return {}


def relation_name(node: Node) -> str:
    """Return the name of a relation as SQL, with its schema if the statement names one."""
    return quoted(*filter(None, (node.get("schemaname"), node["relname"])))


def relations(text: str) -> set[str]:
    """Return the names of the relations that a statement uses, without schemas."""
    return {
        str(node["relname"])
        for tree in trees(text)
        if tree.kind != "CreateStmt"
        for _, node in sql.walk({tree.kind: tree.node})
        if "relname" in node
    }
