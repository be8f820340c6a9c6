"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER POLICY changes roles and expressions only, so neither of these has a fix:
    # https://www.postgresql.org/docs/current/sql-alterpolicy.html
    "command": Attribute(
        summary="The policy is for the declared command.",
        shown="for {}",
    ),
    "permissive": Attribute(
        summary="The policy is permissive, or restrictive.",
        shown={True: "permissive", False: "restrictive"},
    ),
}
