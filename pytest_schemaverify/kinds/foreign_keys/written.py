"""How a file says what a foreign key is."""

from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, Said
from pytest_schemaverify.sql.names import key_columns, quoted

_WORDS = {
    "match": "match {}",
    "on_update": "on update {}",
    "on_delete": "on delete {}",
}


def _name(row: Row, look: Look) -> str:
    """Return the columns of a foreign key; its own name where they have several."""
    beside = look.catalog.of_table("constraints", row.schema, row.table)
    same = [one for one in beside if one.kind == "foreign key" and one.listed == row.listed]
    return quoted(row.name) if len(same) > 1 else key_columns(row.key, foreign=True)


def _references(row: Row, look: Look) -> str:
    schema, table, columns = row.references
    return f"{look.name(schema, table)}({key_columns(row.with_range(columns), foreign=True)})"


def _short(said: Said, row: Row, look: Look) -> Any:
    """Return a foreign key as DDL has it: `auth.users(id) on delete cascade`."""
    if "comment" in said:
        return None
    words = [said["references"], *(_WORDS[key].format(said[key]) for key in _WORDS if key in said)]
    words += ["deferrable"] if said.get("deferrable") else []
    words += ["initially deferred"] if said.get("initially_deferred") else []
    words += ["not valid"] if said.get("validated") is False else []
    words += ["not enforced"] if said.get("enforced") is False else []
    return " ".join(words)


FORM = Form(
    # A key whose triggers are switched off refuses nothing, whatever it says of itself.
    values={"references": _references, "enforced": lambda row, look: row.in_force},
    usual={
        "references": None, "on_delete": "no action", "on_update": "no action", "match": "simple",
        "validated": True, "enforced": True,
    },
    name=_name,
    short=_short,
)  # fmt: skip
