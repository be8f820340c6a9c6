from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import NotNull
from pytest_schemaverify.kinds.kind import Subject, Use
from pytest_schemaverify.sql.names import quoted

USE = Use(presence="exists")


def check(actual: NotNull | None, subject: Subject, catalog: Catalog) -> Iterator[Finding]:
    """The column has a NOT NULL constraint."""
    if actual is None:
        table, column = quoted(*subject.key[:2]), quoted(subject.key[2])
        there = catalog.find("columns", subject.key) is not None
        yield Finding(
            expected="not null",
            actual="null" if there else "no such column",
            fix=f"alter table {table} alter column {column} set not null;" if there else "",
        )
