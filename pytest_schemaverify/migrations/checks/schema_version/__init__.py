"""The versions that the database lists."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="schema version", mark="migrations", expecting=True, of_schema=False)
