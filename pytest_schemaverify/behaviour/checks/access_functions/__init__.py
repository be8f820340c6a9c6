"""What callers of a function get."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="access", mark="access")
