"""Texts of expressions in a body: names, constants and both sides of an assignment."""

from pytest_schemaverify.sql.declarations import assigned
from pytest_schemaverify.sql.statements import Node

from .nodes import constant_of, expression_of


def is_null(text: str) -> bool:
    """Return whether an expression is the word NULL."""
    return bool(constant_of(text).get("isnull"))


def typed(text: str, type_: str) -> str:
    """Return a value for a variable of a type; a constant has to be one of the type."""
    found = constant_of(text) if type_ else {}
    if "sval" in found:
        return f"({text})::{type_}"
    # PL/pgSQL casts or, where no cast is meant for assignments, goes by the text: for whole numbers
    # and truth values both come to the same.
    return f"('{text.strip()}')::{type_}" if {"ival", "boolval"} & found.keys() else text


def placed(text: str, target: str) -> str:
    """Return a value for a field or an element; a text has to be one of its type."""
    # The server gives a constant without a type that of the other branch.
    return f"case when true then {target} else {text} end" if "sval" in constant_of(text) else text


def assignment(text: str) -> tuple[str, str]:
    """Return both sides of `x := value`."""
    start, end = assigned(text)
    return text[:start].rstrip(), text[end:]


def constant(text: str) -> str:
    """Return the text that an expression is; "" for one that is no such constant."""
    return _joined(expression_of(text))


def _joined(value: Node) -> str:
    """Return a constant, or constants that are joined with `||`."""
    joined = value.get("A_Expr", {})
    if [one.get("String", {}).get("sval") for one in joined.get("name", ())] == ["||"]:
        both = _joined(joined.get("lexpr", {})), _joined(joined["rexpr"])
        return "".join(both) if all(both) else ""
    return str(value.get("A_Const", {}).get("sval", {}).get("sval", ""))
