import re
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="table structures", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """The columns of a foreign key have the types of those that they refer to."""
    for constraint in catalog.families["constraints"].values():
        if constraint.schema not in scope or constraint.kind != "foreign key":
            continue
        for column, own, other, theirs in _pairs(catalog, constraint):
            if _plain(own) != _plain(theirs):
                yield Finding(
                    expected=f"{quoted(column)} {theirs}, as {other}",
                    actual=own,
                    subject=quoted(constraint.schema, constraint.table, constraint.name),
                )


def _pairs(catalog: Catalog, constraint: Constraint) -> Iterator[tuple[str, str, str, str]]:
    """Yield column, its type, the column that it refers to, and the type of that."""
    assert constraint.references
    schema, table, columns = constraint.references
    for own, other in zip(constraint.columns, columns, strict=True):
        left = catalog.find("columns", (constraint.schema, constraint.table, own))
        right = catalog.find("columns", (schema, table, other))
        if left is not None and right is not None:
            yield own, left.type, quoted(schema, table, other), right.type


def _plain(type_: str) -> str:
    """Return a type without its length; text and varchar have the same operators for an index."""
    plain = re.sub(r"\([^)]*\)", "", type_)
    return "text" if plain == "character varying" else plain
