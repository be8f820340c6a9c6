"""What identities reach."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="access", expecting=True, of_schema=False)
