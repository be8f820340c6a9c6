from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.vector_types import arguments, dimensions, vector_type
from pytest_schemaverify.language.matchers import Number, meets
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.typenames import sized


def check(
    expected: Number, catalog: Catalog, scope: frozenset[str], named: frozenset[tuple[str, ...]]
) -> Iterator[Finding]:
    """Every vector column, domain and argument in scope has the declared dimensions.

    Save the columns with entries of their own.
    """
    seen = False
    also: set[int] = set()
    for key, column in catalog.families["columns"].items():
        # Columns of views have the lengths of those that they select.
        if column.schema not in scope or key[:2] not in catalog.families["tables"]:
            continue
        found = dimensions(column, catalog)
        seen = seen or found is not None
        if found is None or meets(expected, found or None):
            continue
        if key in named:
            also.add(found)
        else:
            actual = f"{found} dimensions" if found else "a vector of any dimensions"
            yield _finding(expected, actual, quoted(*key))
    if not seen:
        yield Finding(
            expected=f"vector columns of {expected} dimensions",
            actual=f"no vector column in {', '.join(sorted(scope))}",
        )
    yield from _elsewhere(expected, also, catalog, scope)


def _elsewhere(
    expected: Number, also: set[int], catalog: Catalog, scope: frozenset[str]
) -> Iterator[Finding]:
    """Yield the lengths in domains that no column has, and in functions."""
    used = {column.type for column in catalog.families["columns"].values()}
    for (schema, name), row in catalog.families["types"].items():
        own = quoted(schema, name)
        # A domain that a column has is reported with the column.
        if row.kind != "domain" or schema not in scope or own in used:
            continue
        found = vector_type(own, catalog)
        if found and not _fits(found.dimensions, expected, also):
            actual = f"{found.dimensions or 'any number of'} dimensions"
            yield _finding(expected, actual, f"domain {own}")
    for function in catalog.families["functions"].values():
        if function.schema not in scope:
            continue
        for length in sorted(_lengths(function, catalog)):
            if _fits(length, expected, also):
                continue
            name = own_name(function)
            yield _finding(expected, f"{length} dimensions", name)


def _fits(found: int, expected: Number, also: set[int]) -> bool:
    return found in also or meets(expected, found or None)


def _lengths(function: Function, catalog: Catalog) -> set[int]:
    """Return the lengths in a function's arguments, defaults and body."""
    declared = {one.dimensions for one in arguments(function, catalog) if one.dimensions}
    text = f"{function.signature} {function.source}"
    return declared | {length for _, length, _ in sized(text)}


def _finding(expected: Number, actual: str, subject: str) -> Finding:
    return Finding(expected=f"{expected} dimensions", actual=actual, subject=subject)
