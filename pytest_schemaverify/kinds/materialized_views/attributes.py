"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # pg_class.relispopulated is false after `with no data`, until the next refresh.
    "populated": Attribute(
        summary="The materialized view has been filled, or has not.",
        shown={True: "populated", False: "not populated: it cannot be read"},
        fix={
            True: "refresh materialized view {object};",
            False: "refresh materialized view {object} with no data;",
        },
    ),
}
