"""How a file says where the rows of a foreign table are."""

from pytest_schemaverify.kinds.form import Form, only, public_options

FORM = Form(
    values={"options": lambda row, look: public_options(row.options)},
    usual={"server": None},
    short=only("server"),
)
