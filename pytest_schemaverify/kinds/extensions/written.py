"""How a file says what an extension is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.extensions.row import first_comment
from pytest_schemaverify.kinds.form import ABSENT, Form, Look
from pytest_schemaverify.sql.yaml_names import plain


def _comment(row: Row, look: Look) -> str | None:
    first = first_comment(row.name, look.catalog)
    return None if first in (None, row.comment) else row.comment or ABSENT


FORM = Form(
    values={"schema": lambda row, look: plain(row.schema), "comment": _comment},
    # CREATE EXTENSION gives a comment, so that none is worth a word.
    usual={"schema": "public", "comment": None},
    # The names of extensions are read as they stand, without the quotes that SQL wants.
    name=lambda row, look: str(row.name),
    # Which version there is, and which role may create it, differs from server to server.
    left=frozenset({"version", "owner"}),
    there=lambda row, look: row.name != "plpgsql",
)
