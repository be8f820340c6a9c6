"""How a file says what a range type is."""

from pytest_schemaverify.kinds.form import Form, collation, only
from pytest_schemaverify.kinds.spelling import type_of

FORM = Form(
    values={"collation": collation},
    usual={"subtype": None},
    # PostgreSQL makes it, with a name that follows from the range's.
    left=frozenset({"multirange"}),
    spelled={"subtype": type_of},
    short=only("subtype"),
)
