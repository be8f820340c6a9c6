"""Rules that rewrite statements on a table or view."""

from pytest_schemaverify.kinds.keys import bare_pattern, inside
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="table structures",
    mark="tables",
    noun="rule",
    families=("rewrite_rules",),
    key=inside,
    pattern=bare_pattern,
    around=2,
)
