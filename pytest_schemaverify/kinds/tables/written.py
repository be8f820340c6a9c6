"""How a file says what a table is."""

from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import ABSENT, Form, Look, pairs
from pytest_schemaverify.kinds.tables.own import own_of
from pytest_schemaverify.kinds.unique_constraints.written import columns, included, parameters
from pytest_schemaverify.sql.names import cut, quoted


def _primary_key(row: Row, look: Look) -> Any:
    """Return the primary key of a table: its columns, or a mapping where there is more to say."""
    constraints = look.catalog.of_table("constraints", row.schema, row.name)
    key = next((one for one in constraints if one.kind == "primary key"), None)
    if key is None:
        return []
    more = {
        "name": quoted(key.name) if key.name != cut(f"{row.name}_pkey") else "",
        "comment": key.comment,
        "include": included(key, look),
        "with": parameters(key, look),
        "deferrable": key.deferrable,
        "initially_deferred": key.deferred,
    }
    said = {name: value for name, value in more.items() if value}
    return {"columns": columns(key, look), **said} if said else columns(key, look)


def _replica_identity(row: Row, look: Look) -> str | None:
    # A foreign table has none, and the server refuses to give it one.
    if row.kind == "foreign table":
        return None
    return str(row.replica_identity).removeprefix("index ")


FORM = Form(
    values={
        "with": lambda row, look: pairs(row.options),
        "primary_key": _primary_key,
        "of_type": lambda row, look: look.bare(row.of_type) or ABSENT,
        "access_method": lambda row, look: quoted(row.access_method) if row.access_method else None,
        "inherits": lambda row, look: [look.bare(name) for name in row.inherits],
        "replica_identity": _replica_identity,
    },
    usual={
        "kind": "table", "persistence": "permanent", "replica_identity": "default",
        "access_method": "heap",
    },
    # `unique` says less than the constraints by their names, and `constraints` that there are no
    # others, which is said for everything by `unmanaged`.
    left=frozenset({"unique", "constraints"}),
    said_by={"unique_constraints": "unique"},
    # Partitions stand with the table that they are a part of, but for what is their own.
    own=own_of,
)  # fmt: skip
