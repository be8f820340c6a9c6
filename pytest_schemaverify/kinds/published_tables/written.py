"""How a file says which table is published."""

from pytest_schemaverify.kinds.form import Form
from pytest_schemaverify.kinds.spelling import expression
from pytest_schemaverify.sql.yaml_names import plain

FORM = Form(
    values={"columns": lambda row, look: [plain(name) for name in row.columns]},
    expressions=frozenset({"where"}),
    spelled={"where": expression},
)
