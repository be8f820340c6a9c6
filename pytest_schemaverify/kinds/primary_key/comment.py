from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.any import comment
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.tables.row import Table

from .constraint import of

FIELD = ""
"""The row is the table's, and its comment another one."""


def check(expected: str, actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key has the declared comment."""

    def say(key: Constraint) -> Iterator[Finding]:
        return comment.check(expected, key, "unique_constraints")

    return of(actual, catalog, say)
