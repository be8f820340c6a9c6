"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER RULE changes the name only; another event needs `create or replace rule`.
    "event": Attribute(
        summary="The rule is about the declared command.",
        shown="on {}",
    ),
    "instead": Attribute(
        summary="The rule's statement is run instead of the command, or beside it.",
        shown={True: "do instead", False: "do also"},
    ),
}
