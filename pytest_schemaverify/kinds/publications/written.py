"""How a file says what a publication is."""

from pytest_schemaverify.kinds.form import Form
from pytest_schemaverify.sql.yaml_names import plain

FORM = Form(
    values={
        "commands": lambda row, look: sorted(row.commands),
        "schemas": lambda row, look: [plain(name) for name in row.schemas],
    },
    usual={"generated_columns": "none", "commands": ["delete", "insert", "truncate", "update"]},
)
