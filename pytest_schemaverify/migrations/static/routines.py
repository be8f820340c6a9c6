"""Functions and procedures, as `create function` and `alter function` define them."""

from collections.abc import Iterable

from pytest_schemaverify.migrations.static.nodes import name, strings, type_of
from pytest_schemaverify.migrations.static.schema_state import Function
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.statements import Node


def signature(made: Function) -> tuple[str, ...]:
    """Return the types of the input arguments, by which PostgreSQL tells overloads apart.

    Modifiers are left out, as PostgreSQL ignores them; schemas too, which not every file writes.
    """
    return tuple(type_.name[1] + "[]" * type_.dimensions for type_ in made.arguments)


def written(types: Iterable[str]) -> str:
    """Return the arguments of a signature as `str()` of a function has them. Raises Unparsed."""
    found = []
    for text in types:
        target = sql.tree(f"select null::{text}")[0].node["targetList"][0]["ResTarget"]
        found.append(str(type_of(target["val"]["TypeCast"]["typeName"])._replace(modifiers=())))
    return ", ".join(found)


def function(statement: Statement) -> Function:
    """Return the function of a CreateFunctionStmt."""
    state, node = statement.state, statement.node
    schema, bare = name(node["funcname"])
    full = (schema or (state.path or ("public",))[0], bare)
    parameters = [item["FunctionParameter"] for item in node.get("parameters", ())]
    # OUT and TABLE parameters are no part of a function's identity.
    inputs = [p for p in parameters if p["mode"] not in ("FUNC_PARAM_OUT", "FUNC_PARAM_TABLE")]
    types = tuple(type_of(parameter["argType"]) for parameter in inputs)
    names = tuple(p.get("name", "") for p in parameters)
    made = Function(
        full, types, names, statement.place, statement.tree, "sql", "", node.get("sql_body")
    )
    for item in node.get("options", ()):
        option(statement, made, item["DefElem"])
    # All functions are kept to the end, so of the tree no more than where the body stands.
    where = [{"DefElem": {"defname": "as", "location": item["DefElem"].get("location", 0)}}
             for item in node.get("options", ()) if item["DefElem"]["defname"] == "as"]  # fmt: skip
    made.tree = statement.tree._replace(node={"options": where})
    return made


def option(statement: Statement, made: Function, item: Node) -> None:
    """Apply one option of `create function` or `alter function`."""
    argument = item.get("arg", {})
    if item["defname"] == "language":
        made.language = argument["String"]["sval"].lower()
    elif item["defname"] == "as":
        texts = strings(argument["List"]["items"])
        made.body = texts[0] if texts else ""
    elif item["defname"] == "security":
        definer = argument["Boolean"].get("boolval", False)
        made.definer = statement.at(item) if definer else None
    elif item["defname"] == "set":
        _setting(made, argument["VariableSetStmt"])


def _setting(made: Function, node: Node) -> None:
    if node.get("name") == "search_path":
        unset = node["kind"] in ("VAR_RESET", "VAR_SET_DEFAULT")
        made.search_path = None if unset else ", ".join(path(node))
    elif node["kind"] == "VAR_RESET_ALL":
        made.search_path = None


def path(node: Node) -> tuple[str, ...]:
    """Return the schemas that a `set search_path` names."""
    found = [a["A_Const"].get("sval", {}).get("sval", "") for a in node.get("args", ())
             if "A_Const" in a]  # fmt: skip
    # Written as one text, the commas in it are part of a name for the server; people mean a list.
    return tuple(part.strip(' "') for text in found for part in text.split(",") if part.strip(' "'))
