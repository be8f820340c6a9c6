from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.sequences.row import Sequence
from pytest_schemaverify.sql.names import parts, quoted


def check(expected: str, actual: Sequence, schema: str, catalog: Catalog) -> Iterator[Finding]:
    """The sequence belongs to the declared column: it is dropped with it."""
    wanted = "" if expected in ("none", "absent") else _column(expected, schema)
    if wanted == actual.owned_by:
        return
    of_identity = actual.owned_by and _identity(actual.owned_by, catalog)
    name = quoted(actual.schema, actual.name)
    yield Finding(
        expected=f"owned by {wanted or 'none'}",
        actual=f"owned by {actual.owned_by or 'none'}",
        hint="the sequence of an identity column stays with it" if of_identity else "",
        # The server refuses another owner for the sequence of an identity column.
        fix="" if of_identity else f"alter sequence {name} owned by {wanted or 'none'};",
    )


def _column(text: str, schema: str) -> str:
    found = parts(text)
    if len(found) not in (2, 3):
        raise CannotDetermine(
            f"reading the column `{text}`",
            because="it is not `table.column` or `schema.table.column`",
        )
    return quoted(*found) if len(found) == 3 else quoted(schema, *found)


def _identity(column: str, catalog: Catalog) -> bool:
    row = catalog.find("columns", parts(column))
    return row is not None and bool(row.identity)
