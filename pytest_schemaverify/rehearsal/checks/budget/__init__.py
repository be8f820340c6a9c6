"""What migrations may cost."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="migrations", mark="migrations", expecting=True, of_schema=False)
