"""Objects that the file does not name."""

from pytest_schemaverify.kinds.kind import Family

FAMILY = Family(category="tables", mark="tables", each_kind="objects")
