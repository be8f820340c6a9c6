"""How a file says what a schema is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look


def _owner(row: Row, look: Look) -> str | None:
    # Since PostgreSQL 15 public belongs to pg_database_owner, before to initdb's superuser.
    return None if row.name == "public" else str(row.owner)


FORM = Form(values={"owner": _owner})
