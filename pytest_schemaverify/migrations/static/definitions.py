"""Definitions in statements, taken apart so that two of them can be compared."""

from typing import Any

from pytest_schemaverify.migrations.sql import Node, Tree
from pytest_schemaverify.migrations.static.nodes import canonical, strings, type_of
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.world import Column, Definition, Lines

_NOW = {"FuncCall": {"funcname": [{"String": {"sval": "now"}}]}}


def expression(node: Any) -> str:
    """Return a text that is equal for expressions that mean the same, spelled differently."""
    return canonical(_plain(node))


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "TypeCast" in node and "A_Const" in node["TypeCast"].get("arg", {}):
        return _plain(node["TypeCast"]["arg"])  # '{}'::jsonb is '{}' in a jsonb column
    if node.get("SQLValueFunction", {}).get("op") == "SVFOP_CURRENT_TIMESTAMP":
        return _NOW
    if "FuncCall" in node:
        call = {"funcname": node["FuncCall"]["funcname"][-1:]}  # with a schema or without
        if "args" in node["FuncCall"]:
            call["args"] = _plain(node["FuncCall"]["args"])
        return {"FuncCall": call}
    return {key: _plain(value) for key, value in node.items()}


def column(tree: Tree, node: Node, place: Place, end: int) -> Column:
    """Return the column of a ColumnDef; its text reaches at most to `end`, an offset."""
    found = Column(node["colname"], type_of(node["typeName"]), place)
    begin = tree.at(node["typeName"].get("location", node.get("location", 0)))
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
        elif kind == "CONSTR_IDENTITY":
            found.kind = "always" if constraint.get("generated_when") == "a" else "by default"
    return found


def table(tree: Tree, place: Place) -> tuple[dict[str, Column], bool]:
    """Return the columns of a CreateStmt, and whether they are all that the table will have."""
    elements = tree.node.get("tableElts", [])
    starts = [_location(tree, element) for element in elements]
    ends = [*starts[1:], _closing(place.migration.text, tree, starts)] if starts else []
    columns: dict[str, Column] = {}
    complete = not any(key in tree.node for key in ("inhRelations", "ofTypename"))
    for element, start, end in zip(elements, starts, ends, strict=True):
        if "ColumnDef" in element:
            here = Place(place.migration, start)
            one = column(tree, element["ColumnDef"], here, end)
            columns[one.name] = one
        elif "TableLikeClause" in element:
            complete = False
    for element in elements:
        constraint = element.get("Constraint", {})
        if constraint.get("contype") == "CONSTR_PRIMARY":
            for key in strings(constraint.get("keys")):
                if key in columns:
                    columns[key].not_null = True
    return columns, complete


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
    kept = (line.partition("--")[0] for line in text.splitlines())
    return " ".join(" ".join(kept).split()).rstrip(", ")


def _location(tree: Tree, element: Node) -> int:
    return next(tree.at(node.get("location", 0)) for node in element.values())


def _closing(text: str, tree: Tree, starts: list[int]) -> int:
    """Return where the last element ends: before the bracket that closes the list."""
    end = tree.start + len(tree.source)
    depth = 0
    for offset in range(starts[-1] if starts else end, end):
        depth += {"(": 1, ")": -1}.get(text[offset], 0)
        if depth < 0:
            return offset
    return end
