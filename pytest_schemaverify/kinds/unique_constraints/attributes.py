"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute
from pytest_schemaverify.kinds.constraints.validity import DEFERRABLE, DEFERRED

ATTRIBUTES: Mapping[str, Attribute] = {
    # Only a new constraint is another one: ALTER CONSTRAINT defers foreign keys only.
    "deferrable": DEFERRABLE,
    "initially_deferred": DEFERRED,
}
