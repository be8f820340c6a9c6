"""The primary key of a table."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="table structures", mark="constraints", expecting=True)
