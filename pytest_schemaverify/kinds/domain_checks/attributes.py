"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    "validated": Attribute(
        summary="The values that were there before have been checked, or have not.",
        shown={True: "validated", False: "not valid"},
        # Nothing makes a check that was validated one that is not.
        fix={True: "alter domain {domain} validate constraint {name};"},
    ),
}
