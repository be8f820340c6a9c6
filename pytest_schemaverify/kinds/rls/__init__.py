"""Row-level security of tables."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="RLS policies")
