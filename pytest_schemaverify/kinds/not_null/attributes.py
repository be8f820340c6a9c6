"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping
from dataclasses import replace

from pytest_schemaverify.kinds.attribute import Attribute
from pytest_schemaverify.kinds.constraints.validity import VALIDATED

_ALTER = "alter table {table} alter constraint {name} "


ATTRIBUTES: Mapping[str, Attribute] = {
    "no_inherit": Attribute(
        summary="NOT NULL holds for this table alone, or for those that inherit from it too.",
        shown={True: "no inherit", False: "inherited by other tables"},
        fix={True: _ALTER + "no inherit;", False: _ALTER + "inherit;"},
        since=18,
    ),
    # Nothing makes a validated constraint one that is not.
    "validated": replace(VALIDATED, fix={True: "alter table {table} validate constraint {name};"}),
}
