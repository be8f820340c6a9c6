"""The roles that have privileges on an object at all."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(
    category="roles and grants",
)
