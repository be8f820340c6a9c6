"""The table that lists the migrations that were run."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="migrations", mark="migrations", of_schema=False)
