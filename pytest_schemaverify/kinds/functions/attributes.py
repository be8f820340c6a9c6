"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Callable, Mapping
from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.attribute import Attribute


def _function(change: str, *, able: Callable[[Row, Any], bool] = lambda row, wanted: True) -> Any:
    """Return a maker of statements that alter a function; procedures have no such attributes."""

    def statement(row: Row, wanted: Any) -> str:
        # https://www.postgresql.org/docs/current/sql-alterprocedure.html
        possible = row.kind != "procedure" and able(row, wanted)
        text: str = row.altered(change.format(wanted)) if possible else ""
        return text.replace("{", "{{").replace("}", "}}")  # as it is, and no template

    return statement


def _returns_a_set(row: Row, wanted: float) -> bool:
    # The server refuses ROWS for a function that returns no set, and 0 for any.
    return wanted > 0 and bool(row.returns_set)


ATTRIBUTES: Mapping[str, Attribute] = {
    "cost": Attribute(
        summary="The planner assumes the declared cost of a call.",
        shown="cost {:g}",
        # A cost has to be greater than 0.
        fix=_function("cost {}", able=lambda row, wanted: wanted > 0),
    ),
    # pg_proc.prokind cannot be altered: another kind is another function.
    "kind": Attribute(
        summary="It is a function, a procedure, an aggregate or a window function, as declared.",
        shown="a {}",
    ),
    "leakproof": Attribute(
        summary="The function is leakproof, or is not.",
        shown={True: "leakproof", False: "not leakproof"},
        fix={True: _function("leakproof"), False: _function("not leakproof")},
    ),
    "parallel": Attribute(
        summary="The function may run in parallel workers, as declared.",
        shown="parallel {}",
        fix=_function("parallel {}"),
    ),
    "rows": Attribute(
        summary="The planner assumes the declared number of rows.",
        shown="{:g} rows",
        fix=_function("rows {}", able=_returns_a_set),
    ),
    "strict": Attribute(
        summary="The function is not called with NULL, or is.",
        shown={True: "strict", False: "called on null input"},
        fix={True: _function("strict"), False: _function("called on null input")},
    ),
    # ALTER FUNCTION gives it another one, and none takes it away.
    "support": Attribute(
        summary="The planner asks the declared function about calls.",
        shown="support {}",
        nothing="no support function",
        names=True,
        fix=_function("support {}", able=lambda row, wanted: bool(wanted)),
    ),
}
