"""Statements that the server refuses where they stand in a body, with any catalog."""

from collections.abc import Iterator

from pytest_schemaverify.errors import Refused
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.sql.statements import Node, walk

from .variables import Scopes, seen

_GOES_ON = frozenset(
    f"PLpgSQL_stmt_{kind}"
    for kind in ("assign", "call", "close", "dynexecute", "execsql", "fetch", "getdiag", "perform")
)
"""Statements behind which the next one is reached, if they raise nothing."""
_HOLDS = frozenset(
    f"PLpgSQL_stmt_{kind}"
    for kind in (
        "if",
        "case",
        "while",
        "fori",
        "fors",
        "forc",
        "foreach_a",
        "dynfors",
        "raise",
        "loop",
    )
)
"""Statements behind which the next one is reached, unless one in them returns or raises."""
# As elog.h has it since PostgreSQL 14; the parser of bodies is newer.
_ERROR = 21
"""The level of a `raise` that ends the function."""
_SAYS = frozenset({"message", "condname", "options"})
"""What a `raise` says; one that says nothing raises again what was caught."""
_OUTSIDE = "cannot be used outside an exception handler"


def bound(function: Function) -> str:
    """Return why no transaction can end in a function or procedure, "" where one can."""
    if function.kind != "procedure":
        # https://www.postgresql.org/docs/current/sql-createprocedure.html has these three reasons.
        return "this is no procedure"
    if function.security == "definer":
        return "this procedure is `security definer`"
    return "this procedure has a `set` clause" if function.settings else ""


def out_of_place(key: str, node: Node, scopes: Scopes, within: str) -> Refused | None:
    """Return with what a statement is refused in a function or procedure; None where it may be."""
    if key in ("PLpgSQL_stmt_commit", "PLpgSQL_stmt_rollback"):
        if not within and any(scope.caught for scope in scopes):
            within = "this is in a block that handles exceptions"
        if within:
            return Refused(f"invalid transaction termination: {within}", state="2D000")
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
    return line if key in _GOES_ON or (key in _HOLDS and not _ends(statement)) else None


def _ends(statement: Node) -> bool:
    """Return whether something in a statement returns, raises, or may go on for ever."""
    return any(
        key in ("PLpgSQL_stmt_return", "PLpgSQL_stmt_assert")
        or (key == "PLpgSQL_stmt_loop" and not _left(node))
        or (key == "PLpgSQL_stmt_raise" and node.get("elog_level", _ERROR) >= _ERROR)
        for key, node in walk(statement)
    )


def _left(loop: Node) -> bool:
    """Return whether an `exit` stands in a loop."""
    return any(key == "PLpgSQL_stmt_exit" and node.get("is_exit") for key, node in walk(loop))
