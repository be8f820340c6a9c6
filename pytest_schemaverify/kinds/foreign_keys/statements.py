"""Statements that make a foreign key anew, or have it enforced again."""

from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.sql.names import quoted


def replaced(key: Constraint) -> str:
    """Return the statement that puts a foreign key in the place of the one of its name."""
    # The columns below are written without `period`, which a key with a range needs.
    if key.references is None or key.without_overlaps:
        return ""
    schema, table, columns = key.references
    clauses = [
        f"foreign key ({', '.join(map(quoted, key.columns))})",
        f"references {quoted(schema, table)} ({', '.join(map(quoted, columns))})\n   ",
        "match full" if key.match == "full" else "",
        f"on delete {key.on_delete} on update {key.on_update}",
        "deferrable" if key.deferrable else "",
        "initially deferred" if key.deferred else "",
        "" if key.enforced else "not enforced",
        # A key that is not enforced is never valid, and needs no word for that.
        "not valid" if key.enforced and not key.validated else "",
    ]
    name = quoted(key.name)
    return (
        f"alter table {quoted(key.schema, key.table)}\n  drop constraint {name},\n"
        f"  add constraint {name} {' '.join(filter(None, clauses))};"
    )


def silent(key: Constraint) -> str:
    """Return why new rows are not checked although the key is enforced; "" where they are."""
    if key.in_force or not key.enforced:
        return ""
    return f": system triggers on {' and '.join(key.system_triggers)}"


def switched_on(key: Constraint) -> str:
    """Return the statements that have the foreign key's triggers fire again; for superusers."""
    # System triggers have generated names with OIDs, so all of the table are switched on.
    tables = dict.fromkeys(one.rpartition(" ")[0] for one in key.system_triggers)
    return "\n".join(f"alter table {table} enable trigger all;" for table in tables)
