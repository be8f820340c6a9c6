"""Functions that the file answers for."""

from pytest_schemaverify.kinds.keys import signature
from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="data integrity", mark="data", key=signature, of_schema=False)
