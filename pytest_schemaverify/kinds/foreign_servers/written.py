"""How a file says what a foreign server is."""

from pytest_schemaverify.kinds.form import Form, public_options

FORM = Form(
    values={"options": lambda row, look: public_options(row.options)},
    usual={"wrapper": None},
)
