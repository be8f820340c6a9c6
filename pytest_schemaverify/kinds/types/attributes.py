"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute
from pytest_schemaverify.kinds.expected_names import as_collation

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER DOMAIN has no clause for another collation:
    # https://www.postgresql.org/docs/current/sql-alterdomain.html
    "collation": Attribute(
        summary="The domain has the declared collation.",
        nothing="the collation of its type",
        shown="collation {}",
        read=as_collation,
    ),
    "kind": Attribute(summary="The type is of the declared kind.", shown="{} type"),
}
