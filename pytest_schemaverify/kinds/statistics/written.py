"""How a file says what statistics are."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, only
from pytest_schemaverify.sql.names import quoted

_ALL = ["dependencies", "mcv", "ndistinct"]


def _columns(row: Row, look: Look) -> list[str]:
    return [*map(quoted, row.columns), *row.expressions]


FORM = Form(
    values={"columns": _columns, "kinds": lambda row, look: sorted(row.kinds)},
    # Statistics are of all kinds where `create statistics` names none.
    usual={"columns": None, "kinds": _ALL, "target": -1},
    short=only("columns"),
)
