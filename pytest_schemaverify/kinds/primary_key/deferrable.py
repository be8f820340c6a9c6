from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.tables.row import Table

from .constraint import of

_WORDS = {True: "deferrable", False: "not deferrable"}


def check(expected: bool, actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key can wait until the end of a transaction, or cannot."""

    def say(key: Constraint) -> Iterator[Finding]:
        # There is no fix: ALTER CONSTRAINT defers foreign keys only.
        if key.deferrable != expected:
            yield Finding(expected=_WORDS[expected], actual=_WORDS[key.deferrable])

    return of(actual, catalog, say)
