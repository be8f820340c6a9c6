"""How a file says what an extension is."""

from pytest_schemaverify.kinds.form import Form
from pytest_schemaverify.sql.names import quoted

FORM = Form(
    values={"schema": lambda row, look: quoted(row.schema)},
    usual={"schema": "public"},
    # The names of extensions are read as they stand, without the quotes that SQL wants.
    name=lambda row, look: str(row.name),
    # Which version there is, and which role may create it, differs from server to server.
    left=frozenset({"version", "owner"}),
    there=lambda row, look: row.name != "plpgsql",
)
