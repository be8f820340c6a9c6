"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER TEXT SEARCH CONFIGURATION has no clause for another parser.
    "parser": Attribute(
        summary="The text search configuration uses the declared parser.",
        shown="parser {}",
        names=True,
    ),
}
