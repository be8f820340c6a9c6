"""How a file says what a rule is."""

from pytest_schemaverify.kinds.firing import as_said
from pytest_schemaverify.kinds.form import Form

FORM = Form(
    values={"enabled": as_said},
    usual={"enabled": True, "definition": None, "event": None},
    expressions=frozenset({"definition"}),
)
