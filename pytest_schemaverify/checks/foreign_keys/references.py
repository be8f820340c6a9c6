from collections.abc import Iterator

from pytest_schemaverify import names
from pytest_schemaverify.catalog import Constraint
from pytest_schemaverify.findings import Finding


def check(expected: str, actual: Constraint, schema: str) -> Iterator[Finding]:
    """The foreign key refers to the declared table and columns."""
    table, columns = names.signature(expected)
    wanted = (*names.qualified(table, schema), tuple(names.parts(c)[0] for c in columns or ()))
    if actual.references is None or actual.references[:2] != wanted[:2] or (
        columns is not None and actual.references[2] != wanted[2]
    ):  # fmt: skip
        yield Finding(expected=_text(*wanted), actual=_text(*(actual.references or ("", "", ()))))


def _text(schema: str, table: str, columns: tuple[str, ...]) -> str:
    listed = f"({', '.join(map(names.quoted, columns))})" if columns else ""
    return names.quoted(schema, table) + listed
