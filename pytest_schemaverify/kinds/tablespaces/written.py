"""How a file says what a tablespace is."""

from pytest_schemaverify.kinds.form import Form, pairs

# initdb makes pg_default and pg_global.
FORM = Form(
    values={"with": lambda row, look: pairs(row.options)},
    # Each server has another folder for it.
    left=frozenset({"location"}),
    there=lambda row, look: not row.name.startswith("pg_"),
)
