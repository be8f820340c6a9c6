"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    "function": Attribute(
        summary="The operator stands for the declared function.",
        shown="function {}",
        names=True,
    ),
}
