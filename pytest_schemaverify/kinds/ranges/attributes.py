"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute
from pytest_schemaverify.kinds.expected_names import as_name

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER TYPE changes nothing that a range type is made of:
    # https://www.postgresql.org/docs/current/sql-altertype.html
    "collation": Attribute(
        summary="The bounds of the range type have the declared collation.",
        nothing="the collation of the subtype",
        shown="collation {}",
        read=as_name,
    ),
}
