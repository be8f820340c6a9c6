"""Statements that the server refuses where they stand in a body, whatever the catalog has."""

from collections.abc import Iterator

from pytest_schemaverify.catalog import Function
from pytest_schemaverify.errors import Refused
from pytest_schemaverify.migrations.sql import Node

from .variables import Scopes, seen

_GOES_ON = frozenset(
    f"PLpgSQL_stmt_{kind}"
    for kind in ("assign", "call", "close", "dynexecute", "execsql", "fetch", "getdiag", "perform")
)
"""Statements behind which the next one is reached, if they raise nothing."""
_SAYS = frozenset({"message", "condname", "options"})
"""What a `raise` says; one that says nothing raises again what was caught."""
_OUTSIDE = "cannot be used outside an exception handler"


def out_of_place(key: str, node: Node, scopes: Scopes, kind: str) -> Refused | None:
    """Return with what a statement is refused in a function or procedure; None where it may be."""
    if key in ("PLpgSQL_stmt_commit", "PLpgSQL_stmt_rollback") and kind != "procedure":
        return Refused("invalid transaction termination: this is no procedure", state="2D000")
    if seen(scopes, "sqlerrm", None) is not None:  # what a handler has
        return None
    if key == "PLpgSQL_stmt_getdiag" and node.get("is_stacked"):
        return Refused(f"GET STACKED DIAGNOSTICS {_OUTSIDE}", state="0Z002")
    if key == "PLpgSQL_stmt_raise" and not _SAYS & node.keys():
        return Refused(f"RAISE without parameters {_OUTSIDE}", state="0Z002")
    return None


def unreturned(function: Function, body: Node) -> Iterator[tuple[int, Refused]]:
    """Yield the line behind which a function ends that has to return something."""
    returns = function.returns.lower()
    if function.kind == "procedure" or returns in ("void", "event_trigger"):
        return
    if function.returns_set or function.outputs:
        return
    what = "trigger procedure" if returns == "trigger" else "function"
    if (line := _end(body, 1)) is not None:
        yield line, Refused(f"control reached end of {what} without RETURN", state="2F005")


def _end(statement: Node, line: int) -> int | None:
    """Return the line of the last statement if the next is reached; None where that depends."""
    ((key, node),) = statement.items()
    line = node.get("lineno", line)
    if key == "PLpgSQL_stmt_block":
        inside = node.get("body", [])
        return _end(inside[-1], line) if inside else line
    return line if key in _GOES_ON else None
