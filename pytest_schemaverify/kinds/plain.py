"""The checks that only compare one attribute, so that they need no module of their own.

To add one: the field in `spec/`, with the same name in the row of `catalog/rows` (or named by
`field=`), an entry here, and its page `<family>/<name>.md`.
"""

from collections.abc import Mapping
from dataclasses import replace

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.objects import as_name
from pytest_schemaverify.sql.names import parts

from .attribute import Attribute
from .plain_objects import OBJECTS
from .plain_relations import RELATIONS

_COLUMN = "alter table {table} alter column {name} "
_SAID = {True: "", False: "not "}


def _is(word: str) -> Mapping[bool, str]:
    return {said: f"{no}{word}" for said, no in _SAID.items()}


def _last_part(text: str) -> str:
    """Return a collation's name without its schema, which the catalog's rows do not have."""
    return "" if text == "default" else parts(text)[-1]


def _validate(row: Row, wanted: bool) -> str:
    # The server refuses to look at rows for a constraint that it does not enforce.
    able = wanted and row.enforced
    return "alter table {table} validate constraint {name};" if able else ""


_ALTER = "alter table {table} alter constraint {name} "
_VALIDATED = Attribute(
    summary="Rows that were there before the constraint were checked, or were not.",
    shown={True: "validated", False: "not valid"},
    fix=_validate,
)
_DEFERRABLE = Attribute(
    summary="The constraint can wait until the end of a transaction, or cannot.",
    shown=_is("deferrable"),
)
_DEFERRED = Attribute(
    field="deferred",
    summary="The constraint waits until the end of a transaction, or is checked at once.",
    shown={True: "initially deferred", False: "initially immediate"},
)
_ENFORCED = Attribute(
    summary="The constraint is enforced, or is not.",
    shown=_is("enforced"),
)

PLAIN: Mapping[str, Attribute] = {
    "checks.enforced": _ENFORCED,
    "checks.no_inherit": Attribute(
        summary="The check is for this table alone, or for those that inherit from it too.",
        shown={True: "no inherit", False: "inherited by other tables"},
    ),
    "checks.validated": _VALIDATED,
    **OBJECTS,
    **RELATIONS,
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
    "exclusions.deferrable": _DEFERRABLE,
    "exclusions.initially_deferred": _DEFERRED,
    "foreign_keys.deferrable": replace(
        _DEFERRABLE,
        fix={True: _ALTER + "deferrable;", False: _ALTER + "not deferrable;"},
    ),
    "foreign_keys.initially_deferred": replace(
        _DEFERRED,
        fix={
            True: _ALTER + "deferrable initially deferred;",
            False: _ALTER + "deferrable initially immediate;",
        },
    ),
    "foreign_keys.match": Attribute(
        summary="Rows with NULL in some of the columns are let in, or are not.",
        shown="match {}",
    ),
    "foreign_keys.validated": _VALIDATED,
    "indexes.clustered": Attribute(
        summary="`cluster` goes by the index, or does not.",
        shown=_is("clustered"),
        fix={
            True: "alter table {table} cluster on {name};",
            False: "alter table {table} set without cluster;",
        },
    ),
    "indexes.nulls_not_distinct": Attribute(
        summary="NULL counts as one value for the unique index, or does not.",
        shown={True: "nulls not distinct", False: "nulls distinct"},
    ),
    "indexes.replica_identity": Attribute(
        summary="Subscribers tell rows by the index, or do not.",
        shown=_is("replica identity"),
        fix={
            True: "alter table {table} replica identity using index {name};",
            False: "alter table {table} replica identity default;",
        },
    ),
    "indexes.tablespace": Attribute(
        summary="The index is in the declared tablespace.",
        shown='tablespace "{}"',
        nothing="the tablespace of the database",
        read=as_name,
    ),
    "indexes.unique": Attribute(
        summary="The index is unique, or is not.",
        shown={True: "unique", False: "not unique"},
    ),
    "unique_constraints.deferrable": _DEFERRABLE,
    "unique_constraints.initially_deferred": _DEFERRED,
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
