"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute, either
from pytest_schemaverify.kinds.constraints.validity import VALIDATED

# PostgreSQL 18 can change this of foreign keys only, so there is no fix for a check:
# https://www.postgresql.org/docs/18/sql-altertable.html
_ENFORCED = Attribute(
    summary="The constraint is enforced, or is not.",
    shown=either("enforced"),
)


ATTRIBUTES: Mapping[str, Attribute] = {
    "enforced": _ENFORCED,
    # ALTER CONSTRAINT … NO INHERIT is for NOT NULL (since PostgreSQL 18), and for no check.
    "no_inherit": Attribute(
        summary="The check is for this table alone, or for those that inherit from it too.",
        shown={True: "no inherit", False: "inherited by other tables"},
    ),
    "validated": VALIDATED,
}
