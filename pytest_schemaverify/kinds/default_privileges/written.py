"""How a file says what is granted on objects that are yet to be made."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.form import Form, Look
from pytest_schemaverify.kinds.written_privileges import listed, without_public
from pytest_schemaverify.sql.yaml_names import plain

_ON = {
    "tables": "table",
    "sequences": "sequence",
    "functions": "function",
    "types": "type",
    "schemas": "schema",
    "large_objects": "large object",
}


def _roles(catalog: Catalog) -> Iterator[Row]:
    """Yield the roles that make objects on which something is granted."""
    makers = {key[0] for key in catalog.families["default_privileges"]}
    for key, row in catalog.families["roles"].items():
        if key[0] in makers:
            yield row


def _granted(kind: str, row: Row, look: Look, schema: str = "") -> dict[str, Any] | None:
    found = look.catalog.find("default_privileges", (row.name, schema, kind.replace("_", " ")))
    if found is None:
        return None
    said = listed(_ON[kind], found.acl, row.name, look)
    # The defaults of a schema only add to what PUBLIC has from the start.
    return without_public(said) if kind in ("functions", "types") and not schema else said


def _in(row: Row, look: Look) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for one in sorted(look.inside("default_privileges", (row.name,))):
        if one.schema and not look.theirs(one.schema):
            granted = _granted(one.kind, row, look, one.schema)
            said.setdefault(plain(one.schema), {})[one.kind] = granted
    return said


FORM = Form(
    values={"in": _in, **{kind: partial(_granted, kind) for kind in _ON}},
    usual=dict.fromkeys(_ON),
    rows=_roles,
)
