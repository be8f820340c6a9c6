"""Whether constraints are validated and deferrable, which kinds of them have in common."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.attribute import Attribute, either
from pytest_schemaverify.kinds.constraints.row import Constraint

ROWS_STATED = frozenset({"validated", "enforced"})
"""Keys of the file that say for themselves whether every row is looked at."""


def _validate(row: Row, wanted: bool) -> str:
    # The server refuses to look at rows for a constraint that it does not enforce.
    # Nothing makes a validated constraint one that is not.
    able = wanted and row.enforced
    return "alter table {table} validate constraint {name};" if able else ""


def unchecked(constraint: Constraint) -> str:
    """Return which rows a constraint that is not validated leaves unchecked."""
    if not constraint.enforced:
        return "not enforced: rows are never checked"
    return "not valid: rows from before it were never checked"


VALIDATED = Attribute(
    summary="Rows that were there before the constraint were checked, or were not.",
    shown={True: "validated", False: "not valid"},
    fix=_validate,
)
# These two have no fix here: ALTER CONSTRAINT defers foreign keys only.
# https://www.postgresql.org/docs/current/sql-altertable.html
DEFERRABLE = Attribute(
    summary="The constraint can wait until the end of a transaction, or cannot.",
    shown=either("deferrable"),
)
DEFERRED = Attribute(
    field="deferred",
    summary="The constraint waits until the end of a transaction, or is checked at once.",
    shown={True: "initially deferred", False: "initially immediate"},
)
