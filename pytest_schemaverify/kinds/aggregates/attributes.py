"""What is only compared."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    "initial": Attribute(
        summary="The aggregate starts with the declared value.",
        shown="starts with {}",
        nothing="starts with NULL",
    ),
}
