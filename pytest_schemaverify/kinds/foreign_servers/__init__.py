"""Foreign servers."""

from pytest_schemaverify.kinds.keys import bare_pattern, single
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="foreign data",
    mark="foreign",
    noun="server",
    families=("foreign_servers",),
    key=single,
    pattern=bare_pattern,
)
