"""Types of the standard and types of PostgreSQL."""

import re
from collections.abc import Mapping
from typing import Any

from pytest_schemaverify.language.other_words import another_type, words

_LOGICAL = {
    "string": "text varchar char character bpchar uuid citext xml inet cidr macaddr bytea",
    "date": "date",
    "timestamp": "timestamp timestamptz",
    "time": "time timetz",
    "number": "numeric decimal real float float4 float8 double money",
    "integer": "integer int int2 int4 int8 smallint bigint serial bigserial smallserial",
    "object": "json jsonb hstore",
    "array": "vector halfvec sparsevec",
    "boolean": "boolean bool",
}
_OF_TYPE = {name: logical for logical, names in _LOGICAL.items() for name in names.split()}
_BARE = re.compile(r"\s*(?:pg_catalog\.)?(\w+)")

WITH_BOUNDS = ("integer", "number", "date", "timestamp", "time")
"""Logical types whose options have the least and the greatest value."""
_PHYSICAL = {
    "string": "text",
    "date": "date",
    "timestamp": "timestamptz",
    "time": "time",
    "number": "numeric",
    "integer": "integer",
    "object": "jsonb",
    "array": "jsonb",
    "boolean": "boolean",
}
_FORMATS = {
    "uuid": "uuid", "byte": "bytea", "binary": "bytea", "ipv4": "inet", "ipv6": "inet",
    "i8": "smallint", "i16": "smallint", "i32": "integer", "i64": "bigint", "u8": "smallint",
    "u16": "integer", "u32": "bigint", "f32": "real", "f64": "double precision",
}  # fmt: skip
"""Types by `logicalTypeOptions.format`, of which each belongs to one logical type."""


def logical(physical_type: str) -> str:
    """Return the logical type of a type of PostgreSQL; "" where the standard has none for it."""
    if physical_type.rstrip().endswith("]"):
        return "array"
    return _OF_TYPE.get(_name(physical_type), "")


def physical(logical_type: str, options: Mapping[str, Any], items: Any = None) -> str:
    """Return the type of PostgreSQL that a column of a logical type most likely has; "" for none.

    `items` is what the contract says of the items of an array.
    """
    inner = items.get("logicalType") if isinstance(items, dict) else None
    if logical_type == "array" and isinstance(inner, str) and inner not in ("array", "object"):
        return physical(inner, items.get("logicalTypeOptions") or {}) + "[]"
    longest = options.get("maxLength")
    if logical_type == "string" and isinstance(longest, int):
        return f"varchar({longest})"
    if logical_type in ("timestamp", "time") and isinstance(options.get("timezone"), bool):
        return logical_type + ("tz" if options["timezone"] else "")
    return _FORMATS.get(str(options.get("format")), _PHYSICAL.get(logical_type, ""))


def meant(physical_type: str, logical_type: str) -> str:
    """Return the type that a physical type of another system stands for; "" if it is no such."""
    # A length in square brackets makes an array of a column of PostgreSQL.
    length = re.fullmatch(r"\s*\w+\s*\[\s*\d+\s*\]\s*", physical_type)
    misread = length is not None and logical_type not in ("", "array")
    foreign = _name(physical_type) in words("types")
    return another_type(physical_type.strip()) if misread or foreign else ""


def _name(physical_type: str) -> str:
    found = _BARE.match(physical_type)
    return found[1].lower() if found else ""
