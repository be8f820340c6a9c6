"""The checks that only compare one attribute, so that they need no module of their own.

To add one: the field in `spec/`, with the same name in the row of `catalog/rows` (or named by
`field=`), an entry here, and its page `<family>/<name>.md`.
"""

from collections.abc import Mapping

from pytest_schemaverify.names import parts

from .attribute import Attribute
from .plain_objects import OBJECTS

_COLUMN = "alter table {table} alter column {name} "
_SAID = {True: "", False: "not "}


def _is(word: str) -> Mapping[bool, str]:
    return {said: f"{no}{word}" for said, no in _SAID.items()}


def _last_part(text: str) -> str:
    """Return a collation's name without its schema, which the catalog's rows do not have."""
    return "" if text == "default" else parts(text)[-1]


PLAIN: Mapping[str, Attribute] = {
    **OBJECTS,
    "columns.collation": Attribute(
        summary="The column sorts by the declared collation.",
        shown='collate "{}"',
        nothing="the collation of the type",
        read=_last_part,
    ),
    "columns.compression": Attribute(
        summary="Long values of the column are compressed by the declared method.",
        fix=_COLUMN + "set compression {value};",
        reset=_COLUMN + "set compression default;",
        nothing="the default compression",
    ),
    "columns.inherited": Attribute(
        summary="The column comes from a parent of the table, or does not.",
        shown=_is("inherited"),
    ),
    "columns.position": Attribute(
        summary="The column is at the declared place.",
        shown="column {}",
    ),
    "columns.statistics": Attribute(
        summary="The column has the declared statistics target.",
        fix=_COLUMN + "set statistics {value};",
        reset=_COLUMN + "set statistics -1;",
        shown="statistics {}",
        nothing="the default target",
    ),
    "columns.storage": Attribute(
        summary="Long values of the column are kept in the declared way.",
        fix=_COLUMN + "set storage {value};",
        shown="storage {}",
    ),
    "indexes.unique": Attribute(
        summary="The index is unique, or is not.",
        shown={True: "unique", False: "not unique"},
    ),
    "tables.kind": Attribute(
        summary="The table is of the declared kind.",
        shown="a {}",
    ),
    "tables.persistence": Attribute(
        summary="The table's rows survive a crash, or need not.",
        fix={
            "permanent": "alter table {object} set logged;",
            "unlogged": "alter table {object} set unlogged;",
        },
    ),
}
