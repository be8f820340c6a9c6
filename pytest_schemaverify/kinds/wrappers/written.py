"""How a file says what a foreign data wrapper is."""

from pytest_schemaverify.kinds.form import Form, public_options

FORM = Form(
    values={"options": lambda row, look: public_options(row.options)},
    there=lambda row, look: not row.of_extension,
)
