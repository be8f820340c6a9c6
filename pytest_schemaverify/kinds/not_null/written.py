"""How a file says what a NOT NULL constraint is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, only
from pytest_schemaverify.sql.yaml_names import plain


def _name(row: Row, look: Look) -> str | None:
    return None if row.named_by_server else plain(row.name)


FORM = Form(values={"name": _name}, usual={"validated": True}, short=only("name"))
