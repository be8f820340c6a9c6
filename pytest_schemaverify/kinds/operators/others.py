"""The operators that an operator is the commutator or the negator of."""

import re
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import NoName
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.operators.row import Operator
from pytest_schemaverify.sql.names import quoted

_OPERATOR = re.compile(
    r"\s*(operator\s*\()?\s*(?:(?P<schema>.+)\s*\.)?\s*(?P<sign>[-+*/<>=~!@#%^&|`?]+)\s*(?(1)\))\s*",
    re.IGNORECASE | re.DOTALL,
)


def as_operator(text: str) -> tuple[str, str]:
    """Return schema, "" where none is written, and sign of an operator: `=`, `operator(app.=~=)`.

    Raises NoName for a text that is no operator.
    """
    match = _OPERATOR.fullmatch(text)
    if match is None:
        raise NoName(
            "reading an operator",
            because=f"{text!r} is none",
            remedy="write it as `=`, `app.=~=` or `operator(app.=~=)`",
        )
    return as_name(match["schema"]) if match["schema"] else "", match["sign"]


def same_operator(wanted: tuple[str, str], found: tuple[str, str], schema: str) -> bool:
    """Return whether an operator of the file is that of the catalog.

    One without a schema is in `schema`, or one of the server's own.
    """
    return wanted[1] == found[1] and (
        wanted[0] == found[0] or (not wanted[0] and found[0] in (schema, "pg_catalog"))
    )


def compared(
    word: str, expected: str, actual: Operator, schema: str, catalog: Catalog
) -> Iterator[Finding]:
    """Yield the finding that an operator has another commutator or negator."""
    text = getattr(actual, word)
    found, wanted = as_operator(text) if text else None, None
    if expected != "absent":
        wanted = as_operator(expected)
    if wanted and found and same_operator(wanted, found, schema):
        return
    if wanted or found:
        # ALTER OPERATOR takes them since PostgreSQL 17, and only where there is none.
        able = wanted and not found and catalog.version >= 170000
        yield Finding(
            expected=f"{word} {expected}" if wanted else f"no {word}",
            actual=f"{word} {text}" if found else f"no {word}",
            fix=actual.altered(f"{word} = operator({_whole(wanted, schema)})")
            if able and wanted
            else "",
        )


def _whole(operator: tuple[str, str], schema: str) -> str:
    return f"{quoted(operator[0] or schema)}.{operator[1]}"
