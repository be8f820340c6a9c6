"""How a file says what an operator class is."""

from pytest_schemaverify.kinds.form import Form
from pytest_schemaverify.kinds.spelling import type_of

FORM = Form(usual={"type": None, "method": None}, spelled={"type": type_of})
