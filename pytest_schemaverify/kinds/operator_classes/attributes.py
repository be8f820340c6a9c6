"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER OPERATOR CLASS changes name, owner and schema only.
    "default": Attribute(
        summary="An index takes the operator class where nothing is said, or does not.",
        shown={True: "the default", False: "not the default"},
    ),
    "operator_family": Attribute(
        summary="The operator class is in the declared operator family.",
        shown="family {}",
        names=True,
    ),
    "method": Attribute(
        summary="The operator class is for the declared index method.",
        shown="using {}",
        read=str.lower,
    ),
}
