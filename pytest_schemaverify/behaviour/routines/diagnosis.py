"""What a refusal of the server says about a statement of a body, where the statement runs."""

import re

from .nodes import relations
from .resolution import MISSING, NO_FIELD, Resolution
from .statements import Statement

_CERTAIN = (
    *MISSING, "42883", "42804", "3F000", "42704", "42846", "42601", "42P10", "42702", "42809",
    "22P02", "42P02", "55000", "42725", "42803", "428C9", "22007", "22008", "22003", "42701",
    "42712", "42P19", "42P20",
)  # fmt: skip
"""Errors that no value of a variable could change."""
_SYSTEM = re.compile(r"\b(?:ctid|xmin|xmax|cmin|cmax|tableoid)\b")
_ELSEWHERE = (*MISSING, "42883", "42704")
"""Errors that another search_path could change."""


def certain(asked: Resolution) -> bool:
    """Return whether no value of a variable could make the server take the statement."""
    state = asked.error.state if asked.error else ""
    # `#variable_conflict use_variable` decides what is ambiguous to the server here.
    if state == "42702" and asked.body.conflict == "use_variable":
        return False
    # The statement runs with the search_path that the body has set until then.
    if state in _ELSEWHERE and asked.body.moves:
        return False
    if state == "42P18" and "empty array" in (asked.error.message if asked.error else ""):
        return True
    return state in _CERTAIN and (not asked.guessed or state in MISSING)


def reason(asked: Resolution) -> str:
    """Return what the server says, in the words of the body."""
    assert asked.error is not None
    missing = NO_FIELD.match(asked.error.message)
    rows = [f"(null::{table})." in asked.text for table in asked.rows.tables]
    if missing and any(rows):
        return f"{' and '.join(asked.rows.tables)}: no column {missing['name']}"
    text = asked.error.message
    return re.sub("^function", "procedure", text) if asked.called else text


def passes(asked: Resolution, statement: Statement) -> bool:
    """Return whether the refusal says nothing about the statement where it runs.

    It may be about a table that the function makes itself or asks for before, a procedure that is
    called as a function for want of another way, a value that is given with `using`, or about rows
    of a trigger that there is not.
    """
    state, text = (asked.error.state, asked.error.message) if asked.error else ("", "")
    made = any(re.search(rf'["."]{re.escape(name)}"', text) for name in asked.body.made)
    return (
        (state == "42P01" and (made or any(f'"{name}"' in text for name in statement.asked)))
        # Of a table that it makes in a way that is not known, or of what a query cannot stand for.
        or bool(relations(statement.text) & asked.body.made.keys() - asked.stood)
        or (bool(asked.stood) and (not certain(asked) or bool(_SYSTEM.search(text))))
        or (asked.idle and state not in MISSING)
        or (state == "42809" and asked.called and "procedure" in text)
        or (state == "42P18" and statement.dynamic)
        # `create table … (like …)` takes a type as well.
        or (state == "42809" and statement.text.lower().startswith("create"))
    )
