"""What foreign keys say about columns: to which others they refer."""

from collections.abc import Iterator, Mapping, Sequence

from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.constraints.row import Constraint

Column = tuple[Table, str]
"""A table and its column."""
USERS: Column = (("auth", "users"), "id")


def targets(catalog: Catalog, found: Mapping[Table, Ownership]) -> frozenset[Column]:
    """Return the columns to which those with the tenant refer, and to which these refer."""
    columns = [(table, owner.column) for table, owner in found.items()]
    for table, name in columns:  # which grows
        columns += [
            to for to in referred(catalog, table, name) if to not in columns
        ]  # fmt: skip
    return frozenset(columns) - {(table, owner.column) for table, owner in found.items()}


def referred(catalog: Catalog, table: Table, name: str) -> Iterator[Column]:
    """Yield the columns to which a column refers by itself."""
    for row in catalog.of_table("constraints", *table):
        if row.kind == "foreign key" and row.columns == (name,) and row.references:
            yield row.references[:2], row.references[2][0]


def primary_key(catalog: Catalog, table: Table) -> tuple[str, ...]:
    """Return the columns of the primary key; () if there is none."""
    rows = catalog.of_table("constraints", *table)
    return next((tuple(row.columns) for row in rows if row.kind == "primary key"), ())


def surest(catalog: Catalog, table: Table, keys: Sequence[Constraint]) -> Constraint:
    """Return the first foreign key that every row has a value for, or else the first."""
    nullable = {column.name for column in catalog.of_table("columns", *table) if column.nullable}
    return next((key for key in keys if nullable.isdisjoint(key.columns)), keys[0])
