"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    "enabled": Attribute(
        summary="The subscription takes changes at present, or does not.",
        shown={True: "enabled", False: "disabled"},
        fix={
            True: "alter subscription {name} enable;",
            False: "alter subscription {name} disable;",
        },
    ),
    "slot": Attribute(
        summary="The subscription uses the declared replication slot.",
        shown="slot {}",
        nothing="no slot",
    ),
}
