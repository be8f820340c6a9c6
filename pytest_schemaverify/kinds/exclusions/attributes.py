"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute
from pytest_schemaverify.kinds.constraints.validity import DEFERRABLE, DEFERRED

ATTRIBUTES: Mapping[str, Attribute] = {
    "deferrable": DEFERRABLE,
    "initially_deferred": DEFERRED,
}
