from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.tables.row import Table

from .constraint import of
from .making import remade

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry

_WORDS = {True: "initially deferred", False: "initially immediate"}


def check(expected: bool, actual: Table, catalog: Catalog, entry: "Entry") -> Iterator[Finding]:
    """The primary key waits until the end of a transaction, or is checked at once."""

    def say(key: Constraint) -> Iterator[Finding]:
        if key.deferred != expected:
            fix = remade(key, entry, catalog)
            yield Finding(expected=_WORDS[expected], actual=_WORDS[key.deferred], fix=fix)

    return of(actual, catalog, say)
