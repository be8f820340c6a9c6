"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER AGGREGATE changes name, owner and schema, and nothing that an aggregate is made of:
    # https://www.postgresql.org/docs/current/sql-alteraggregate.html
    "initial": Attribute(
        summary="The aggregate starts with the declared value.",
        shown="starts with {}",
        nothing="starts with NULL",
    ),
}
