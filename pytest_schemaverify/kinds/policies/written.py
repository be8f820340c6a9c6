"""How a file says what a policy is."""

from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look
from pytest_schemaverify.kinds.spelling import expression
from pytest_schemaverify.sql.yaml_names import plain


def _roles(row: Row, look: Look) -> Any:
    found = [one if one == "public" else plain(one) for one in row.roles]
    return found[0] if len(found) == 1 else found


FORM = Form(
    values={"roles": _roles},
    usual={"command": None, "roles": None, "permissive": True},
    expressions=frozenset({"using", "with_check"}),
    spelled={"using": expression, "with_check": expression},
)
