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
    "combine_function": Attribute(
        summary="The aggregate joins parts by the declared function.",
        shown="combine function {}",
        nothing="no combine function",
        names=True,
    ),
    "final_function": Attribute(
        summary="The aggregate makes its result by the declared function.",
        shown="final function {}",
        nothing="no final function",
        names=True,
    ),
    "state_function": Attribute(
        summary="The aggregate takes values in by the declared function.",
        shown="state function {}",
        nothing="no state function",
        names=True,
    ),
}
