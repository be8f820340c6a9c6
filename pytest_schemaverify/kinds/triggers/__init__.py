"""Triggers of tables and views."""

from pytest_schemaverify.kinds.keys import bare_pattern, inside
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="table structures",
    mark="tables",
    noun="trigger",
    families=("triggers",),
    key=inside,
    pattern=bare_pattern,
    around=2,
)
