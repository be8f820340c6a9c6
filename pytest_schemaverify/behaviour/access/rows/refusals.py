"""What of a row is changed when the server refuses it."""

import re

import psycopg

from pytest_schemaverify.behaviour.access.rows.choices import satisfy
from pytest_schemaverify.behaviour.access.rows.partitions import key_values, own_values
from pytest_schemaverify.behaviour.access.rows.row import Row
from pytest_schemaverify.behaviour.access.statements import impossible

PAST = 9_001
"""Numbers that are passed over where one is taken: there may be rows with the next ones too."""


def involved(row: Row, error: psycopg.Error) -> set[str]:
    """Return the columns of the constraint or index that a refusal names."""
    name = error.diag.constraint_name
    found = {
        column
        for one in row.catalog.of_table("constraints", *row.table)
        if one.name == name
        for column in one.columns
    }
    for index in row.catalog.of_table("indexes", *row.table):
        if index.name == name:
            # Keys of an index may be expressions, of which the catalog has the text alone.
            keys = " ".join(key.expression for key in index.keys)
            found |= {c for c in row.columns if re.search(rf"\b{re.escape(c)}\b", keys)}
    return found


def mend(row: Row, error: psycopg.Error) -> None:
    """Change what the server has refused. Raises CannotDetermine where that cannot be changed."""
    diag, refused = error.diag, error.diag.message_primary or str(error)
    keys = {key.name: key for key in row.foreign_keys()}
    match error:
        case psycopg.errors.NotNullViolation() if diag.column_name in row.columns:
            _provide(row, diag.column_name or "")
        # For a domain that is NOT NULL the server names the type, and no column.
        case psycopg.errors.NotNullViolation() if diag.datatype_name:
            _provide_domain(row, diag.datatype_name)
        case psycopg.errors.UniqueViolation() | psycopg.errors.ExclusionViolation():
            _renew(row, involved(row, error) - row.fixed, refused)
        case psycopg.errors.ForeignKeyViolation() if diag.constraint_name in keys:
            row.refer(keys[diag.constraint_name])
        case psycopg.errors.CheckViolation() if diag.constraint_name:
            satisfy(row, diag.constraint_name)
        # Partitions are no constraints with a name: either none takes the row, or this one does
        # not.
        case psycopg.errors.CheckViolation() if "partition" in refused:
            _enter_partition(row, error, refused)
        case _:
            raise impossible(row.table, refused, (diag.context or "").partition("\n")[0])


def _enter_partition(row: Row, error: psycopg.Error, refused: str) -> None:
    """Give the partition key values for which there is a partition."""
    at = (error.diag.schema_name or "", error.diag.table_name or "")
    values = own_values if "partition constraint" in refused else key_values
    found = values(row.connection, at)
    if not found or found.keys() & row.fixed:
        raise impossible(row.table, refused)
    row.values |= found


def _provide(row: Row, name: str) -> None:
    """Give a value to a column that must have one after all."""
    if name in row.fixed:
        raise impossible(row.table, f"{name} is to be NULL, and must not be")
    for key in row.foreign_keys():
        if name in key.columns:
            row.refer(key)
            return
    row.fill(name)


def _provide_domain(row: Row, domain: str) -> None:
    """Give values to the columns of a domain that does not take NULL."""
    empty = [
        column.name for column in row.columns.values()
        if column.type.rpartition(".")[2].strip('"') == domain
        and row.values.get(column.name) is None and column.name not in row.fixed
    ]  # fmt: skip
    if not empty:
        raise impossible(row.table, f"the domain {domain} does not take NULL")
    for name in empty:
        row.fill(name)


def _renew(row: Row, columns: set[str], refused: str) -> None:
    """Give other values to columns that have to differ from those of other rows."""
    keys = [key for key in row.foreign_keys() if columns & set(key.columns)]
    free = columns - {name for key in row.foreign_keys() for name in key.columns}
    free = {name for name in free if row.columns[name].generated is None}
    if any(row.columns[name].identity == "always" for name in free):
        return  # the next number may be free
    if not free and not keys:
        raise impossible(row.table, refused)
    row.supply.number += PAST if free else 0
    for name in sorted(free):
        row.fill(name)
    if not free:
        row.refer(keys[0], fresh=True)
