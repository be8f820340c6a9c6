"""Languages for functions."""

from pytest_schemaverify.kinds.keys import bare_pattern, single
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="function security",
    mark="functions",
    noun="language",
    families=("languages",),
    key=single,
    pattern=bare_pattern,
    always=("plpgsql",),
)
