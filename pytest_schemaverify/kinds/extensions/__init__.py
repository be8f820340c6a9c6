"""Extensions."""

from pytest_schemaverify.kinds.keys import bare_pattern, single
from pytest_schemaverify.kinds.kind import Kind
from pytest_schemaverify.sql.names import quoted

FAMILY = Kind(
    category="tables",
    noun="extension",
    families=("extensions",),
    key=single,
    pattern=bare_pattern,
    # It holds its objects in a schema, and is in none itself.
    in_sql=lambda row: f"extension {quoted(row.name)}",
    # initdb installs it into template1, so a new database has it.
    always=("plpgsql",),
)
