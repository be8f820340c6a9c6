"""Texts of expressions in a body: names, constants and both sides of an assignment."""

from pytest_schemaverify.sql.declarations import assigned

from .nodes import constant_of


def is_null(text: str) -> bool:
    """Return whether an expression is the word NULL."""
    return bool(constant_of(text).get("isnull"))


def typed(text: str, type_: str) -> str:
    """Return a value for a variable of a type; a text has to be one of the type."""
    return f"({text})::{type_}" if type_ and "sval" in constant_of(text) else text


def assignment(text: str) -> tuple[str, str]:
    """Return both sides of `x := value`."""
    start, end = assigned(text)
    return text[:start].rstrip(), text[end:]


def constant(text: str) -> str:
    """Return the text that an expression is; "" for one that is no such constant."""
    return str(constant_of(text).get("sval", {}).get("sval", ""))
