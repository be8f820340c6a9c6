from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.tables.row import Table

from .constraint import of

_WORDS = {True: "initially deferred", False: "initially immediate"}


def check(expected: bool, actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key waits until the end of a transaction, or is checked at once."""

    def say(key: Constraint) -> Iterator[Finding]:
        # There is no fix: ALTER CONSTRAINT defers foreign keys only.
        if key.deferred != expected:
            yield Finding(expected=_WORDS[expected], actual=_WORDS[key.deferred])

    return of(actual, catalog, say)
