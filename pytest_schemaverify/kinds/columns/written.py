"""How a file says what a column is."""

from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, Said, as_file, collation, public_options
from pytest_schemaverify.kinds.spelling import expression, type_of

_SHORT = frozenset({"type", "nullable", "default", "generated", "stored", "identity", "collation"})


def _stored(row: Row, look: Look) -> bool | None:
    return row.stored if row.generated is not None else None


def _storage(row: Row, look: Look) -> str | None:
    # A type has its own way to keep long values, and only another one is worth a word.
    return None if row.storage == row.usual_storage else row.storage


def _short(said: Said, row: Row, look: Look) -> Any:
    """Return a column as DDL has it: `uuid not null default gen_random_uuid()`."""
    # A column of a partition has its type from the table above.
    if not _SHORT.issuperset(said) or "type" not in said:
        return None
    words = [said["type"]]
    if "collation" in said:
        words.append(f"collate {said['collation']}")
    if "generated" in said:
        how = "virtual" if said.get("stored") is False else "stored"
        words.append(f"generated always as ({said['generated']}) {how}")
    if "identity" in said:
        words.append(f"generated {said['identity']} as identity")
    if "nullable" in said:
        words.append("not null")
    if "default" in said:
        words.append(f"default {said['default']}")
    return " ".join(words)


FORM = Form(
    values={
        "default": lambda row, look: as_file(row.default),
        "generated": lambda row, look: as_file(row.generated),
        "stored": _stored,
        "collation": collation,
        "storage": _storage,
        "options": lambda row, look: public_options(row.foreign_options),
    },
    usual={"nullable": True, "stored": True, "type": None},
    # Where a column stands, and whether a parent has it, follows from the table.
    left=frozenset({"inherited", "position"}),
    expressions=frozenset({"default", "generated"}),
    spelled={"type": type_of, "default": expression, "generated": expression},
    quiet=frozenset({"not_null"}),
    short=_short,
)
