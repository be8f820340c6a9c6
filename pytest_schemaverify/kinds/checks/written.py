"""How a file says what a check constraint is."""

from pytest_schemaverify.kinds.form import Form, only
from pytest_schemaverify.kinds.spelling import expression

FORM = Form(
    usual={"validated": True, "enforced": True, "expression": None},
    expressions=frozenset({"expression"}),
    spelled={"expression": expression},
    short=only("expression"),
)
