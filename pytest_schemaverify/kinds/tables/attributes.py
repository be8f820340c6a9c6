"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # Nothing but a copy makes a partitioned or a foreign table of one.
    "kind": Attribute(
        summary="The table is of the declared kind.",
        shown="a {}",
    ),
    "persistence": Attribute(
        summary="The table's rows survive a crash, or need not.",
        fix={
            "permanent": "alter table {object} set logged;",
            "unlogged": "alter table {object} set unlogged;",
        },
    ),
}
