"""The statement that gives a column another type, another collation, or both at once."""

import re
from typing import TYPE_CHECKING

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.form import ABSENT
from pytest_schemaverify.kinds.mentions import naming
from pytest_schemaverify.sql.lexical import remark
from pytest_schemaverify.sql.names import BadName, parts, quoted

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry

_ANYTHING = ("text", "character varying")
"""Types that hold what any other prints."""
# pgvector refuses to cast a vector to another number of dimensions, so rows stop the statement.
VECTOR = re.compile(r"\b(?:vector|halfvec|sparsevec)\(\d+\)$")


def computed_from(actual: Column, catalog: Catalog) -> list[str]:
    """Return the generated columns that name a column: while they are there its type stays."""
    named = naming(actual.name)
    beside = catalog.of_table("columns", actual.schema, actual.table)
    return [quoted(one.name) for one in beside if named.search(one.generated or "")]


def retyped(entry: "Entry", actual: Column, server: Canonical, catalog: Catalog) -> str:
    """Return the statement; "" where the server refuses it, or has no cast between the types."""
    if computed_from(actual, catalog):
        return ""
    said = getattr(entry, "type", None)
    wanted = server.type(said) if isinstance(said, str) else actual.type
    table, column = quoted(actual.schema, actual.table), quoted(actual.name)
    collation = _collation(entry, actual, catalog)
    change = f"alter column {column} type {wanted}{collation}"
    alter = f"alter table {table} {change}"
    if actual.generated is not None:  # its values are computed anew
        return f"{alter}; {remark(f'locks and rewrites {table}')}"
    if wanted == actual.type:
        return f"{alter}; {remark(f'locks {table} while its indexes are built anew')}"
    if server.casts_safely(actual.type, wanted):
        return f"{alter};"
    # Otherwise a value may not fit, or come out as another one.
    if not server.casts(actual.type, wanted):
        return ""
    risk = f"locks and rewrites {table}"
    if wanted not in _ANYTHING:
        risk += f"; loses what {wanted} cannot hold"
    using = f"{change} using {column}::{wanted}"
    if actual.default is None:
        return f"alter table {table} {using}; {remark(risk)}"
    # The server would cast the default, too, which it cannot always.
    default = getattr(entry, "default", None)
    default = default if isinstance(default, str) and default != ABSENT else actual.default
    around = f"alter column {column} drop default", f"alter column {column} set default {default}"
    return f"alter table {table}\n  {around[0]},\n  {using},\n  {around[1]}; {remark(risk)}"


def _collation(entry: "Entry", actual: Column, catalog: Catalog) -> str:
    """Return the clause for the collation that the file says, or else for the one that is there."""
    said = getattr(entry, "collation", None)
    if not isinstance(said, str):
        said = quoted(actual.collation) if actual.collation else ABSENT
    if said == ABSENT:
        return ""
    try:
        named = parts(said)
    except BadName:
        named = (said,)
    # Neither the catalog nor a file needs to say the schema of one that somebody made.
    own = {key for key in catalog.families["collations"] if key[-1] == named[-1]}
    return f" collate {quoted(*(own.pop() if len(own) == 1 and len(named) == 1 else named))}"
