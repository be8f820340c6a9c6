import re
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.indexes.row import Index
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="indexes", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every foreign key has a whole, valid index that starts with its columns, in any order."""
    # A misspelt schema must not pass for one in which every key has an index.
    if not any(table.schema in scope for table in catalog.families["tables"].values()):
        yield Finding(expected=f"tables in {', '.join(sorted(scope))}", actual="none")
    seen = set()
    for constraint in catalog.families["constraints"].values():
        if constraint.schema not in scope or constraint.kind != "foreign key":
            continue
        # One index serves several keys over the same columns.
        columns = (constraint.schema, constraint.table, constraint.columns)
        indexes = catalog.of_table("indexes", constraint.schema, constraint.table)
        if columns not in seen and not any(_serves(index, constraint) for index in indexes):
            yield _missing(constraint)
        seen.add(columns)


def _missing(constraint: Constraint) -> Finding:
    table = quoted(constraint.schema, constraint.table)
    columns = ", ".join(map(quoted, constraint.columns))
    return Finding(
        expected=f"an index on ({columns})",
        actual="none that starts with them"
        if len(constraint.columns) > 1
        else "none that starts with it",
        subject=quoted(constraint.schema, constraint.table, constraint.name),
        fix=f"create index on {table}{' using gist' * constraint.without_overlaps} ({columns});",
    )


def _serves(index: Index, constraint: Constraint) -> bool:
    # Only what PostgreSQL can look a referencing row up with: btree and hash, not gin or hnsw;
    # gist has the operators of a key with PERIOD.
    methods = ("btree", "hash", "gist") if constraint.without_overlaps else ("btree", "hash")
    size = len(constraint.columns)
    first = {key.expression for key in index.keys[:size]}
    # Beside an expression the catalog has the plain columns quoted as well.
    columns = (set(constraint.columns), set(map(quoted, constraint.columns)))
    usable = index.valid and index.method in methods
    return usable and first in columns and _holds_all(index.where, constraint)


def _holds_all(where: str | None, constraint: Constraint) -> bool:
    """Return whether an index with that condition has every row that references another."""
    # The server looks up `column = value`, which it knows to imply `column is not null`.
    implied = {f"{quoted(column)} IS NOT NULL" for column in constraint.columns}
    # An AND of such conditions only: the server prints each in brackets.
    return where is None or set(re.split(r" AND ", where.translate(_BRACKETS))) <= implied


_BRACKETS = str.maketrans("", "", "()")
