"""Foreign data wrappers."""

from pytest_schemaverify.kinds.keys import bare_pattern, single
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="foreign data",
    mark="foreign",
    noun="foreign data wrapper",
    families=("wrappers",),
    key=single,
    pattern=bare_pattern,
)
