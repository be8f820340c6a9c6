from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import Column, NotNull
from pytest_schemaverify.kinds.lookup import domain
from pytest_schemaverify.sql.names import quoted

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry


def check(expected: bool, actual: Column, catalog: Catalog, entry: "Entry") -> Iterator[Finding]:
    """The column accepts NULL, or does not."""
    type_ = domain(catalog, actual.type)
    by_domain = type_ is not None and not type_.nullable
    if (actual.nullable and not by_domain) != expected:
        change = f"{'drop' if expected else 'set'} not null"
        table = quoted(actual.schema, actual.table)
        # An identity and a primary key need NOT NULL, and that of a domain is not the column's.
        needed = expected and (by_domain or actual.identity or _in_primary_key(actual, catalog))
        yield Finding(
            expected="null" if expected else "not null",
            actual=f"not null, by the domain {actual.type}"
            if by_domain
            else "null"
            if actual.nullable
            else "not null",
            fix=""
            if needed
            else f"alter table {table} alter column {quoted(actual.name)} {change};",
        )
    # A NOT NULL can be `not valid` since PostgreSQL 18; older servers have no row for it.
    elif (known := _unchecked(actual, entry)) and not expected and not by_domain:
        table = quoted(actual.schema, actual.table)
        yield Finding(
            expected="not null",
            actual="not null, not valid: rows from before it were never checked",
            fix=f"alter table {table} validate constraint {quoted(known.name)};",
        )


def _unchecked(column: Column, entry: "Entry") -> NotNull | None:
    # Where the file says itself whether rows were checked, the check of that key judges it.
    stated = getattr(entry, "not_null", None)
    if "validated" in getattr(stated, "model_fields_set", ()):
        return None
    return None if column.not_null is None or column.not_null.validated else column.not_null


def _in_primary_key(column: Column, catalog: Catalog) -> bool:
    constraints = catalog.of_table("constraints", column.schema, column.table)
    return any(c.kind == "primary key" and column.name in c.columns for c in constraints)
