"""Rows that the migrations keep."""

from pytest_schemaverify.kinds.keys import in_schema
from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(
    category="data integrity", mark="data", key=in_schema, patterns=True, of_schema=False
)
