"""Statistics targets of the columns of an index."""

import re

_EXPRESSION = re.compile(r'\(|[\w$."]+\s*\(')
"""How a key begins that is an expression: in brackets unless it is the call of a function."""


def an_expression(key: str) -> bool:
    """Return whether a key has statistics of its own, which those of plain columns do not have."""
    return _EXPRESSION.match(key) is not None


def statement(index: str, number: str, target: str) -> str:
    """Return the statement that sets the target of a column; `-1` stands for the default."""
    return f"alter index {index} alter column {number} set statistics {target};"
