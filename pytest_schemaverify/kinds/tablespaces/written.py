"""How a file says what a tablespace is."""

from pytest_schemaverify.kinds.form import Form

# initdb makes pg_default and pg_global.
FORM = Form(there=lambda row, look: not row.name.startswith("pg_"))
