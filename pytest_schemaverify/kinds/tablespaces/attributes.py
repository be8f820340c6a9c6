"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # Files are moved while the server is down, so there is no statement.
    "location": Attribute(
        summary="The tablespace is in the declared folder of the server.",
        shown="in {}",
        nothing="in the folder of the server itself",
    ),
}
