"""Rows that the migrations keep."""

from pytest_schemaverify.kinds.keys import in_schema
from pytest_schemaverify.kinds.kind import Family, no_pattern

FAMILY = Family(
    category="data integrity", mark="data", key=in_schema, pattern=no_pattern, of_schema=False
)
