import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import SERIAL, Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(type=True)


# pgvector refuses to cast a vector to another number of dimensions, so rows stop the statement.
_VECTOR = re.compile(r"\b(?:vector|halfvec|sparsevec)\(\d+\)$")


def check(expected: str, actual: Column, server: Canonical) -> Iterator[Finding]:
    """The column has the declared type."""
    if not server.same_type(expected, actual.type):
        fix = _fix(expected, actual, server)
        again = fix and _VECTOR.search(fix[:-1]) and _VECTOR.search(actual.type)
        hint = "it takes an empty column: vectors of another length have to be made again"
        yield Finding(expected=expected, actual=actual.type, fix=fix, hint=hint if again else "")
    # `serial` is no type of the server: an integer with a default that asks a sequence.
    elif expected.strip().lower() in SERIAL and "nextval(" not in (actual.default or ""):
        found = f"default {actual.default}" if actual.default else "no default"
        found = f"generated {actual.identity} as identity" if actual.identity else found
        yield Finding(
            expected=f"{expected}: a default from a sequence", actual=f"{actual.type}, {found}"
        )


def _fix(expected: str, actual: Column, server: Canonical) -> str:
    """Return the statement; "" where the server has no cast from the one type to the other."""
    wanted = server.type(expected)
    table, column = quoted(actual.schema, actual.table), quoted(actual.name)
    change = f"alter table {table} alter column {column} type {wanted}"
    if actual.collation:
        change += f" collate {quoted(actual.collation)}"
    if actual.generated is not None:  # its values are computed anew
        return f"{change}; -- locks and rewrites {table}"
    if server.casts_safely(actual.type, wanted):
        return f"{change};"
    # Otherwise a value may not fit, or come out as another one; the default is cast, too.
    if actual.default is not None or not server.casts(actual.type, wanted):
        return ""
    risk = f"locks and rewrites {table}; loses what {wanted} cannot hold"
    return f"{change} using {column}::{wanted}; -- {risk}"
