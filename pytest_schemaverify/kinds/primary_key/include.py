from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.kinds.unique_constraints import include

from .constraint import of
from .making import remade

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry


def check(
    expected: list[str], actual: Table, catalog: Catalog, entry: "Entry"
) -> Iterator[Finding]:
    """The primary key's index stores the declared columns beside, and no others."""

    def say(key: Constraint) -> Iterator[Finding]:
        for one in include.check(expected, key, catalog):
            yield replace(one, fix=remade(key, entry, catalog))

    return of(actual, catalog, say)
