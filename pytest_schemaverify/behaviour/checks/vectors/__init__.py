"""Dimensions of all vectors."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="vector dimensions", expecting=True)
