"""How a file says what a range type is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import ABSENT, Form, Look, only
from pytest_schemaverify.kinds.spelling import type_of
from pytest_schemaverify.sql.names import quoted


def _collation(row: Row, look: Look) -> str:
    return quoted(row.collation) if row.collation else ABSENT


FORM = Form(
    values={"collation": _collation},
    usual={"subtype": None},
    # PostgreSQL makes it, with a name that follows from the range's.
    left=frozenset({"multirange"}),
    spelled={"subtype": type_of},
    short=only("subtype"),
)
