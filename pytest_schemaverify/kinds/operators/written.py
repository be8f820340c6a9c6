"""How a file says what an operator is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import ABSENT, Form, Look, Value
from pytest_schemaverify.kinds.spelling import type_of
from pytest_schemaverify.sql.names import quoted


def _other(field: str) -> Value:
    """Return what returns the commutator or the negator of an operator."""

    def value(row: Row, look: Look) -> str:
        name = getattr(row, field).removeprefix(f"{quoted(look.schema)}.")
        return name.removeprefix("pg_catalog.") or ABSENT

    return value


def _function(field: str) -> Value:
    return lambda row, look: look.bare(getattr(row, field)) or ABSENT


FORM = Form(
    values={
        "function": _function("function"),
        "commutator": _other("commutator"),
        "negator": _other("negator"),
        "restrict": _function("restrict"),
        "join": _function("join"),
    },
    usual={"returns": None, "function": None},
    spelled={"returns": type_of},
)
