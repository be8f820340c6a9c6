"""Row-level security policies of tables."""

from pytest_schemaverify.kinds.keys import bare_pattern, inside
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="RLS policies",
    mark="rls",
    noun="policy",
    families=("policies",),
    key=inside,
    pattern=bare_pattern,
    around=2,
)
