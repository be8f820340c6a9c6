"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # There is no ALTER CAST: another context needs the cast to be dropped and made again.
    "context": Attribute(
        summary="The server makes the cast without being told where it is declared to.",
    ),
    "function": Attribute(
        summary="The cast is made by the declared function.",
        shown="function {}",
        nothing="no function",
        names=True,
    ),
}
