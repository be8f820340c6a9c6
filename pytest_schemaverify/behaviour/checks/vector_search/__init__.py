"""What a function that searches finds."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="vector search", mark="vectors")
