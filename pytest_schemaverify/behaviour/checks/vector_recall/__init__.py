"""How many of the nearest neighbours an index finds."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="vector search", mark="vectors")
