"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # Up to PostgreSQL 18 ALTER PUBLICATION cannot make one for all tables, nor for some only.
    "all_tables": Attribute(
        summary="The publication publishes every table, or does not.",
        shown={True: "for all tables", False: "for some tables"},
    ),
    "generated_columns": Attribute(
        since=18,
        summary="The values of stored generated columns are published, or are not.",
        shown={"stored": "stored generated columns", "none": "no generated columns"},
        fix="alter publication {name} set (publish_generated_columns = {value});",
    ),
    "via_root": Attribute(
        summary="Changes of partitions are published as those of the whole table, or are not.",
        shown={True: "as the whole table's", False: "as the partition's"},
        fix={
            True: "alter publication {name} set (publish_via_partition_root = true);",
            False: "alter publication {name} set (publish_via_partition_root = false);",
        },
    ),
}
