"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping
from dataclasses import replace

from pytest_schemaverify.kinds.attribute import Attribute
from pytest_schemaverify.kinds.constraints.validity import DEFERRABLE, DEFERRED, VALIDATED

_ALTER = "alter table {table} alter constraint {name} "


ATTRIBUTES: Mapping[str, Attribute] = {
    "deferrable": replace(
        DEFERRABLE,
        fix={True: _ALTER + "deferrable;", False: _ALTER + "not deferrable;"},
    ),
    "initially_deferred": replace(
        DEFERRED,
        fix={
            # ALTER CONSTRAINT takes `deferrable` away where that is not said again.
            True: _ALTER + "deferrable initially deferred;",
            False: _ALTER + "deferrable initially immediate;",
        },
    ),
    # Only a new key has another `match`.
    "match": Attribute(
        summary="Rows with NULL in some of the columns are let in, or are not.",
        shown="match {}",
    ),
    "validated": VALIDATED,
}
