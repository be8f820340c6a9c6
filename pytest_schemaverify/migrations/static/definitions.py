"""Definitions in statements, taken apart so that two of them can be compared."""

from collections.abc import Iterator
from functools import partial
from sys import intern
from typing import Any

from pytest_schemaverify.migrations.static.nodes import canonical, strings, type_of
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.schema_state import Column, Definition, Lines
from pytest_schemaverify.sql.lexical import lexed, stopping, without_comments
from pytest_schemaverify.sql.statements import Node, Tree

_NOW: Node = {"FuncCall": {"funcname": [{"String": {"sval": "now"}}]}}


def expression(node: Any) -> str:
    """Return a text that is equal for expressions that mean the same, spelled differently."""
    return canonical(node, _plain)


def _plain(node: Node) -> Node:
    if "TypeCast" in node and "A_Const" in node["TypeCast"].get("arg", {}):
        # A column's type casts its default anyway: '{}'::jsonb and '{}' are one default.
        constant: Node = node["TypeCast"]["arg"]
        return constant
    if node.get("SQLValueFunction", {}).get("op") == "SVFOP_CURRENT_TIMESTAMP":
        # Both are transaction_timestamp(), see "Current Date/Time" in PostgreSQL's manual.
        return _NOW
    if "FuncCall" in node:
        # `public.f()` and `f()` are nearly always one function: no difference worth a conflict.
        call = {"funcname": node["FuncCall"]["funcname"][-1:]}
        if "args" in node["FuncCall"]:
            call["args"] = node["FuncCall"]["args"]
        return {"FuncCall": call}
    return node


def column(tree: Tree, node: Node, place: Place) -> Column:
    """Return the column of a ColumnDef."""
    found = Column(intern(node["colname"]), type_of(node["typeName"]), place)
    begin = tree.at(node["typeName"].get("location", node.get("location", 0)))
    end = _part_end(place.migration.text, begin, tree.start + len(tree.source))
    found.text = _clean(place.migration.text[begin:end])
    for item in node.get("constraints", ()):
        constraint = item["Constraint"]
        kind = constraint["contype"]
        if kind in ("CONSTR_NOTNULL", "CONSTR_PRIMARY"):
            found.not_null = True
        elif kind == "CONSTR_DEFAULT":
            found.default = expression(constraint["raw_expr"])
        elif kind == "CONSTR_GENERATED":
            found.kind, found.default = "generated", expression(constraint["raw_expr"])
            found.virtual = constraint.get("generated_kind") == "v"
        elif kind == "CONSTR_IDENTITY":
            found.kind = "always" if constraint.get("generated_when") == "a" else "by default"
    return found


def table(tree: Tree, place: Place) -> tuple[dict[str, Column], bool]:
    """Return the columns of a CreateStmt, and whether they are all that the table will have."""
    elements = tree.node.get("tableElts", [])
    columns: dict[str, Column] = {}
    complete = not any(key in tree.node for key in ("inhRelations", "ofTypename"))
    for element in elements:
        node = element.get("ColumnDef", {})
        if "typeName" in node:  # not where a partition names a column of its parent
            here = Place(place.migration, tree.at(node.get("location", 0)))
            columns[node["colname"]] = column(tree, node, here)
        elif "TableLikeClause" in element:
            complete = False
    for element in elements:
        constraint = element.get("Constraint", {})
        if constraint.get("contype") == "CONSTR_PRIMARY":
            for key in strings(constraint.get("keys")):
                if key in columns:
                    columns[key].not_null = True
    return columns, complete


def constraints(node: Node) -> Iterator[tuple[Node, str]]:
    """Yield the constraints of a CreateStmt, each with the column behind which it stands."""
    for element in node.get("tableElts", ()):
        if "Constraint" in element:
            yield element["Constraint"], ""
        column = element.get("ColumnDef", {})
        for item in column.get("constraints", ()):
            yield item["Constraint"], column["colname"]


def lines(columns: dict[str, Column]) -> Lines:
    """Return the columns as a definition."""
    return {name: column.definition for name, column in columns.items()}


def enum(node: Node) -> Lines:
    """Return the labels of a CreateEnumStmt."""
    return {label: Definition(True, f"'{label}'") for label in strings(node.get("vals"))}


_INDEX = {"accessMethod": "method", "indexParams": "columns", "whereClause": "where",
          "unique": "unique", "indexIncludingParams": "include"}  # fmt: skip
_TRIGGER = ("funcname", "args", "timing", "events", "columns", "row", "whenClause")
_POLICY = {"cmd_name": "command", "roles": "roles", "qual": "using", "with_check": "with check",
           "permissive": "permissive"}  # fmt: skip


def whole(tree: Tree, node: Node) -> Lines:
    """Return an index, a policy, a trigger or a view as one line."""
    if "idxname" in node:
        meaning = expression([node.get(key) for key in _INDEX] + [node["relation"]["relname"]])
    # The name of the object is left out, and so are IF NOT EXISTS, CONCURRENTLY and OR REPLACE.
    elif tree.kind == "CreateTrigStmt":
        meaning = expression([node.get(key) for key in _TRIGGER])
    elif tree.kind == "CreatePolicyStmt":
        meaning = expression([node.get(key) for key in _POLICY])
    else:
        meaning = expression(node)
    return {"": Definition(meaning, _clean(tree.source))}


def differences(first: Lines, second: Lines) -> list[tuple[str, str, str]]:
    """Return the parts that differ: name, as first, as second; "" where there is none."""
    found = []
    for part in [*first, *(part for part in second if part not in first)]:
        left, right = first.get(part), second.get(part)
        if left is None or right is None or left.meaning != right.meaning:
            found.append((part, left.text if left else "", right.text if right else ""))
    return found


def _clean(text: str) -> str:
    """Return a piece of SQL as one line, without comments and the comma behind it."""
    return intern(" ".join(without_comments(text).split()).rstrip(", "))


_EDGE = partial(stopping, r"(?P<up>\() | (?P<down>\)) | (?P<comma>,)", signs="(),")


def _part_end(text: str, begin: int, end: int) -> int:
    """Return where a part of a list ends: before a comma, or the bracket that closes the list."""
    depth = 0
    for edge, behind in lexed(_EDGE(), text, begin, end):
        depth += {"up": 1, "down": -1}.get(str(edge.lastgroup), 0)
        if depth < 0 or (depth == 0 and edge["comma"]):
            return behind - 1
    return end
