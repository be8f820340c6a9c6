"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER LANGUAGE changes name and owner only.
    "trusted": Attribute(
        summary="The language keeps functions from what their callers may not do, or does not.",
        shown={True: "trusted", False: "not trusted"},
    ),
}
