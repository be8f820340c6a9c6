"""Unique constraints of tables."""

from pytest_schemaverify.kinds.keys import bare_pattern, inside
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="table structures",
    mark="constraints",
    noun="unique constraint",
    families=("constraints",),
    row_kind="unique",
    key=inside,
    pattern=bare_pattern,
    around=2,
)
