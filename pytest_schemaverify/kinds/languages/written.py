"""How a file says what a language is."""

from pytest_schemaverify.kinds.defined.written import definition
from pytest_schemaverify.kinds.form import Form

FORM = Form(
    values={"definition": definition},
    usual={"trusted": True, "grants": {"public": ["usage"]}},
    there=lambda row, look: not row.of_extension and row.name != "plpgsql",
)
