"""The vectors of a column."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="vector search", mark="vectors", expecting=True)
