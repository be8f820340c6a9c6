"""Texts of expressions in a body: names, constants and both sides of an assignment."""

from .nodes import constant_of


def is_null(text: str) -> bool:
    """Return whether an expression is the word NULL."""
    return bool(constant_of(text).get("isnull"))


def typed(text: str, type_: str) -> str:
    """Return a value for a variable of a type; a text has to be one of the type."""
    return f"({text})::{type_}" if type_ and "sval" in constant_of(text) else text


def assignment(text: str) -> tuple[str, str]:
    """Return both sides of `x := value`."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        # Within brackets a `=` compares, as in `x[(a = b)::int] := 1`.
        if character == "=" and not depth:
            return text[:place].rstrip(" :\n\t"), text[place + 1 :]
    return "", text


def constant(text: str) -> str:
    """Return the text that an expression is; "" for one that is no such constant."""
    return str(constant_of(text).get("sval", {}).get("sval", ""))
