"""Compares expressions that two servers, or two people, have spelled differently."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.snapshot import families
from pytest_schemaverify.rehearsal.state.diff import Difference


def same_text(one: Difference, built: Row, live: Row, catalog: Catalog, server: Canonical) -> bool:
    """Return whether the live server takes both sides of a difference for the same expression.

    False for attributes without expressions. Raises CannotDetermine when the server refuses one.
    """
    same = families()[one.family].texts.get(one.attribute)
    if same is None or None in (getattr(built, one.attribute), getattr(live, one.attribute)):
        return False
    return same(built, live, one.attribute, catalog, server)
