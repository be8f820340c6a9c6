"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER EVENT TRIGGER changes when it fires, its owner and its name, and nothing else.
    "event": Attribute(
        summary="The event trigger fires at the declared event.",
        read=str.lower,
    ),
}
