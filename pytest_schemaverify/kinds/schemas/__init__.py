"""Schemas."""

from pytest_schemaverify.kinds.keys import bare_pattern, single
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="tables",
    mark="tables",
    noun="schema",
    families=("schemas",),
    key=single,
    pattern=bare_pattern,
    # initdb makes it in template1, so a new database has it.
    always=("public",),
)
