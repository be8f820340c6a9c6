"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute, either
from pytest_schemaverify.kinds.expected_names import as_name

ATTRIBUTES: Mapping[str, Attribute] = {
    # One index of a table at most is marked, so taking the mark away needs no name.
    "clustered": Attribute(
        summary="`cluster` goes by the index, or does not.",
        shown=either("clustered"),
        fix={
            True: "alter table {table} cluster on {name};",
            False: "alter table {table} set without cluster;",
        },
    ),
    # PostgreSQL 15 brought it. There is no fix: only a new index is another one.
    "nulls_not_distinct": Attribute(
        summary="NULL counts as one value for the unique index, or does not.",
        shown={True: "nulls not distinct", False: "nulls distinct"},
    ),
    "replica_identity": Attribute(
        summary="Subscribers tell rows by the index, or do not.",
        shown=either("replica identity"),
        fix={
            True: "alter table {table} replica identity using index {name};",
            # The default is the primary key, which a table has from the start.
            False: "alter table {table} replica identity default;",
        },
    ),
    # There is no fix: moving an index locks its table while everything is copied.
    "tablespace": Attribute(
        summary="The index is in the declared tablespace.",
        shown='tablespace "{}"',
        nothing="the tablespace of the database",
        read=as_name,
    ),
    # ALTER INDEX does not make an index unique; that takes a new one, which looks at all rows.
    "unique": Attribute(
        summary="The index is unique, or is not.",
        shown={True: "unique", False: "not unique"},
    ),
}
