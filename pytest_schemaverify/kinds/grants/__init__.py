"""Who may do anything with an object at all."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(
    category="roles and grants",
)
