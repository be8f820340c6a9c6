"""Checks of foreign keys."""

from pytest_schemaverify.catalog import Constraint
from pytest_schemaverify.names import quoted


def replaced(key: Constraint, *, on_delete: str, on_update: str) -> str:
    """Return the statement that gives a foreign key other actions and leaves the rest.

    Empty where the catalog row does not tell all: `set null (columns)` would lose its columns.
    """
    if key.references is None or on_delete == key.on_delete in ("set null", "set default"):
        return ""
    schema, table, columns = key.references
    clauses = [
        f"foreign key ({', '.join(map(quoted, key.columns))})",
        f"references {quoted(schema, table)} ({', '.join(map(quoted, columns))})\n   ",
        "match full" if key.match == "full" else "",
        f"on delete {on_delete} on update {on_update}",
        "deferrable" if key.deferrable else "",
        "initially deferred" if key.deferred else "",
        "" if key.validated else "not valid",
    ]
    name = quoted(key.name)
    return (
        f"alter table {quoted(key.schema, key.table)}\n  drop constraint {name},\n"
        f"  add constraint {name} {' '.join(filter(None, clauses))};"
    )
