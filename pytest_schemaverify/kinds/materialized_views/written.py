"""How a file says what a materialized view is."""

from pytest_schemaverify.kinds.form import Form, only, pairs
from pytest_schemaverify.kinds.spelling import query
from pytest_schemaverify.kinds.views.written import columns, detail

FORM = Form(
    values={"columns": columns, "with": lambda row, look: pairs(row.options)},
    detailed={"columns": detail},
    usual={"definition": None, "populated": True},
    expressions=frozenset({"definition"}),
    implied={"columns": "definition"},
    spelled={"definition": query},
    short=only("definition"),
)
