"""How a file says what a cast is."""

from pytest_schemaverify.kinds.form import Form

FORM = Form(
    values={"function": lambda row, look: look.bare(row.function) or "absent"},
    usual={"context": None},
)
