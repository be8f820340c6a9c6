"""Parts of the short forms that are written as in DDL: names, lists of them, brackets."""

NAME = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
DOTTED = rf"{NAME}(?:\s*\.\s*{NAME})*"
LIST = rf"\(\s*{NAME}(?:\s*,\s*{NAME})*\s*\)"
# `period` stands in foreign keys since PostgreSQL 18.
KEY = rf"\(\s*{NAME}(?:\s*,\s*(?:period\s+)?{NAME})*\s*\)"


def closing(text: str) -> int:
    """Return the offset at which the first bracket closes. Raises ValueError if it does not."""
    depth = 0
    quote = ""
    for offset, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return offset
    raise ValueError("a bracket is not closed")
