"""What of a row is changed when the server refuses it."""

import re

import psycopg

from pytest_schemaverify.behaviour.access.rows.choices import PAST, satisfy
from pytest_schemaverify.behaviour.access.rows.conditions import PARTITION
from pytest_schemaverify.behaviour.access.rows.row import Row
from pytest_schemaverify.behaviour.access.statements import impossible

# An index of a partition has a name of its own.
INDEXED = """
select a.attname
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid
where c.relname = %s and n.nspname = %s and c.relkind in ('i', 'I')
"""


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
    if not found and row.is_partitioned:
        rows = row.connection.execute(INDEXED, [name, error.diag.schema_name]).fetchall()
        found |= {column for (column,) in rows if column in row.columns}
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
            _renew(row, involved(row, error) - row.fixed, error)
        case psycopg.errors.ForeignKeyViolation() if diag.constraint_name in keys:
            row.refer(keys[diag.constraint_name])
        case psycopg.errors.CheckViolation() if _broken(row, error):
            broken = _broken(row, error)
            columns = [one.columns for one in row.conditions if one.name == broken]
            satisfy(row, broken, frozenset[str]().union(*columns))
        case _:
            raise impossible(row.table, refused, (diag.context or "").partition("\n")[0])


def _broken(row: Row, error: psycopg.Error) -> str:
    """Return the name of the condition that a row does not satisfy; "" where it is none of its."""
    name = error.diag.constraint_name
    if name and any(one.name == name for one in row.conditions):
        return name
    # Partitions are no constraints with a name: either none takes the row, or this one does not;
    # and a partition may have checks of its own.
    return PARTITION if any(one.name == PARTITION for one in row.conditions) else ""


def _provide(row: Row, name: str) -> None:
    """Give a value to a column that must have one after all."""
    if name in row.fixed:
        raise impossible(row.table, f"{name} is to be NULL, and must not be")
    if row.columns[name].generated is not None:
        satisfy(row, name, row.sources(name))
        return
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


def _renew(row: Row, columns: set[str], error: psycopg.Error) -> None:
    """Give other values to columns that have to differ from those of other rows."""
    referring = {name for key in row.foreign_keys() for name in key.columns}
    names = {name for one in columns for name in row.sources(one)} - row.fixed
    free = names - referring
    if any(row.columns[name].identity == "always" for name in free):
        return  # the next number may be free
    if not names:
        raise impossible(row.table, error.diag.message_primary or str(error))
    if any(one.name == error.diag.constraint_name for one in row.conditions):
        satisfy(row, error.diag.constraint_name or "", free or names)
        return
    # An index of one partition alone: of it nothing is known but its columns.
    row.supply.number += PAST
    for name in sorted(free):
        row.fill(name)
