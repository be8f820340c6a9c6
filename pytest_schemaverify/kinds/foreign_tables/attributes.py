"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute
from pytest_schemaverify.kinds.expected_names import as_name

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER FOREIGN TABLE has no clause for another server.
    "server": Attribute(
        summary="The rows of the foreign table are on the declared server.",
        shown="server {}",
        read=as_name,
    ),
}
