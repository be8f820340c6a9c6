"""Extensions."""

from pytest_schemaverify.kinds.keys import bare_pattern
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="tables",
    noun="extension",
    families=("extensions",),
    pattern=bare_pattern,
    always=("plpgsql",),
)
