"""A snapshot of a database with every kind of object in it."""

from collections.abc import Container
from functools import cache
from importlib import import_module
from itertools import chain
from typing import Any

from psycopg import Connection

from pytest_schemaverify import catalog
from pytest_schemaverify.catalog import Catalog, Rows
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds import KINDS
from pytest_schemaverify.kinds.kind import folders, names_in, package_of


def read(
    connection: Reader | Connection[Any],
    wanted: Container[str] | None = None,
    without: Container[str] = (),
) -> Catalog:
    """Return a snapshot of the catalog, as `catalog.read` does: by default of every family.

    Of the families `wanted`, those `without` are left out.
    """
    its = families().items()
    asked = (one for name, one in its if wanted is None or name in wanted)
    return catalog.read(connection, (one for one in asked if one.family not in without))


def read_again(connection: Connection[Any], catalog: Catalog) -> Catalog:
    """Return a snapshot of now, for whatever has looked at another one."""
    return read(connection, {*usual(), *catalog.families})


@cache
def usual() -> frozenset[str]:
    """Return the families that are read where none is asked for by name."""
    return frozenset(name for name, one in families().items() if not one.asked)


def unread(catalog: Catalog) -> frozenset[str]:
    """Return the families that nothing has asked for, so that the snapshot is without them."""
    return frozenset(families().keys() - usual() - catalog.families.keys())


@cache
def families() -> dict[str, Rows]:
    """Return the families of rows of all kinds, by name, in the order of the list of kinds."""
    listed = (folders()[name] for name in KINDS)
    modules = (f"{package_of(folder)}.row" for folder in listed if "row.py" in names_in(folder))
    found: chain[Rows] = chain.from_iterable(import_module(module).ROWS for module in modules)
    return {one.family: one for one in found}
