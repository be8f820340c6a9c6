"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute, Fix
from pytest_schemaverify.kinds.expected_names import as_name

_ALTER = "alter table {object} "


def _set(word: str) -> Fix:
    """Return a fix for tables whose rows are here, as those of a foreign table are not."""
    return lambda row, value: "" if row.kind == "foreign table" else f"{_ALTER}set {word};"


ATTRIBUTES: Mapping[str, Attribute] = {
    "access_method": Attribute(
        summary="The table is stored by the declared access method.",
        shown="using {}",
        nothing="no access method",
        read=as_name,
        fix=_ALTER + "set access method {identifier};",
        since=15,
    ),
    # Nothing but a copy makes a partitioned or a foreign table of one.
    "kind": Attribute(
        summary="The table is of the declared kind.",
        shown="a {}",
    ),
    "persistence": Attribute(
        summary="The table's rows survive a crash, or need not.",
        fix={"permanent": _set("logged"), "unlogged": _set("unlogged")},
    ),
    "of_type": Attribute(
        summary="The columns of the table follow the declared composite type.",
        shown="of {}",
        nothing="of no type",
        names=True,
        fix=_ALTER + "of {value};",
        reset=_ALTER + "not of;",
    ),
}
