"""Extensions."""

from pytest_schemaverify.kinds.keys import bare_pattern
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="tables",
    noun="extension",
    families=("extensions",),
    pattern=bare_pattern,
    # initdb installs it into template1, so a new database has it.
    always=("plpgsql",),
)
