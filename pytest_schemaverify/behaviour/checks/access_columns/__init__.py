"""Which columns of a row of their own identities use."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="access", mark="access", expecting=True, of_schema=False)
