"""How a file says what an aggregate is made of."""

from pytest_schemaverify.kinds.defined.written import definition
from pytest_schemaverify.kinds.form import Form, as_file
from pytest_schemaverify.kinds.spelling import type_of

FORM = Form(
    values={
        "state_function": lambda row, look: look.bare(row.state_function),
        "initial": lambda row, look: as_file(row.initial),
        "definition": definition,
    },
    usual={"state_function": None, "state_type": None},
    spelled={"state_type": type_of},
)
