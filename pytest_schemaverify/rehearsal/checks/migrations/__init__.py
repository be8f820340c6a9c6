"""Migrations as they are applied."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="migrations", expecting=True, of_schema=False)
