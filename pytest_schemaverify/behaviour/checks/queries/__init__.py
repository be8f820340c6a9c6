"""What queries return."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="data integrity", mark="data", nothing=True, of_schema=False)
