"""How a file says what an operator is."""

from pytest_schemaverify.kinds.form import Form
from pytest_schemaverify.kinds.spelling import type_of

FORM = Form(
    values={"function": lambda row, look: look.bare(row.function)},
    usual={"returns": None, "function": None},
    spelled={"returns": type_of},
)
