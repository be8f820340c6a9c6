"""Values of rows inside of messages: people at the terminal read them, reports leave them out.

Who puts a value of a row into a message puts it between two marks. They are taken off where the
message is printed, and in reports with what is between them (`left_out_values`).
"""

import re

OPEN, CLOSE = "\ue1f2", "\ue1f3"
"""Of the private use area of Unicode: https://www.unicode.org/faq/private_use.html."""
_MARKS = str.maketrans("", "", OPEN + CLOSE)
_LITERAL = re.compile(r"'((?:[^']|'')*)'")


def marked(text: str) -> str:
    """Return a value of a row as messages have it."""
    return f"{OPEN}{text}{CLOSE}"


def marked_literals(statement: str) -> str:
    """Return a statement of ours as messages have it: its literals are values of rows."""
    return _LITERAL.sub(lambda found: f"'{marked(found[1])}'", statement)


def unmarked(text: str) -> str:
    """Return a message as it is printed."""
    return text.translate(_MARKS) if OPEN in text or CLOSE in text else text
