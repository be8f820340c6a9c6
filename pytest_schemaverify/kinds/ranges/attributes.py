"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute
from pytest_schemaverify.kinds.expected_names import as_collation

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER TYPE changes nothing that a range type is made of:
    # https://www.postgresql.org/docs/current/sql-altertype.html
    "collation": Attribute(
        summary="The bounds of the range type have the declared collation.",
        nothing="the collation of the subtype",
        shown="collation {}",
        read=as_collation,
    ),
    "canonical": Attribute(
        summary="The range type makes equal ranges one by the declared function.",
        shown="canonical function {}",
        nothing="no canonical function",
        names=True,
    ),
    "difference": Attribute(
        summary="The range type has the declared function for the distance of two bounds.",
        shown="subtype_diff function {}",
        nothing="no subtype_diff function",
        names=True,
    ),
    "multirange": Attribute(
        summary="The range type has the declared multirange type.",
        shown="multirange type {}",
        nothing="no multirange type",
        names=True,
    ),
    "operator_class": Attribute(
        summary="The range type orders its bounds by the declared operator class.",
        shown="operator class {}",
        nothing="no operator class",
        names=True,
    ),
}
