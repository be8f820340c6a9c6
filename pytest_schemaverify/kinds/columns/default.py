import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.lookup import domain
from pytest_schemaverify.sql import secrets
from pytest_schemaverify.sql.names import quoted

from .retyping import retyped

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry

# The server prints a NULL with the type that it was cast to: `NULL::character varying`.
_NULL = re.compile(r"null(?:::.+)?", re.IGNORECASE)


def check(
    expected: str, actual: Column, server: Canonical, catalog: Catalog, entry: "Entry"
) -> Iterator[Finding]:
    """The column has the declared default."""
    wanted = None if expected == "absent" else expected
    if actual.generated is not None:
        if wanted is not None:
            yield Finding(expected=wanted, actual=f"generated always as {actual.generated}")
    elif not _same_default(wanted, actual, server, catalog):
        column = quoted(actual.name)
        change = f"set default {wanted}" if wanted is not None else "drop default"
        fix = f"alter table {quoted(actual.schema, actual.table)} alter column {column} {change};"
        yield Finding(
            expected=secrets.default(actual.name, wanted or "no default"),
            actual=secrets.default(actual.name, actual.default or _without(actual)),
            # The server refuses a default for a column that has an identity.
            fix="" if actual.identity or _mistyped(entry, actual, server, catalog) else fix,
        )


def _same_default(wanted: str | None, actual: Column, server: Canonical, catalog: Catalog) -> bool:
    if wanted is None or actual.default is None:
        if wanted == actual.default:
            return True
        # A default of NULL is none, except where it overrides the default of a domain.
        said = wanted or actual.default or ""
        return bool(_NULL.fullmatch(said.strip())) and domain(catalog, actual.type) is None
    return server.same_default(wanted, actual.default, actual.type)


def _mistyped(entry: "Entry", actual: Column, server: Canonical, catalog: Catalog) -> bool:
    """Return whether the column has a type that no statement makes the one of the default."""
    said = getattr(entry, "type", None)
    if not isinstance(said, str) or server.same_type(said, actual.type):
        return False
    return not retyped(entry, actual, server, catalog)


def _without(actual: Column) -> str:
    return f"generated {actual.identity} as identity" if actual.identity else "no default"
