"""What is only compared."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute, either
from pytest_schemaverify.kinds.objects import as_name

ATTRIBUTES: Mapping[str, Attribute] = {
    "clustered": Attribute(
        summary="`cluster` goes by the index, or does not.",
        shown=either("clustered"),
        fix={
            True: "alter table {table} cluster on {name};",
            False: "alter table {table} set without cluster;",
        },
    ),
    "nulls_not_distinct": Attribute(
        summary="NULL counts as one value for the unique index, or does not.",
        shown={True: "nulls not distinct", False: "nulls distinct"},
    ),
    "replica_identity": Attribute(
        summary="Subscribers tell rows by the index, or do not.",
        shown=either("replica identity"),
        fix={
            True: "alter table {table} replica identity using index {name};",
            False: "alter table {table} replica identity default;",
        },
    ),
    "tablespace": Attribute(
        summary="The index is in the declared tablespace.",
        shown='tablespace "{}"',
        nothing="the tablespace of the database",
        read=as_name,
    ),
    "unique": Attribute(
        summary="The index is unique, or is not.",
        shown={True: "unique", False: "not unique"},
    ),
}
