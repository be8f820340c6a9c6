"""What is only compared."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    "event": Attribute(
        summary="The event trigger fires at the declared event.",
        read=str.lower,
    ),
}
