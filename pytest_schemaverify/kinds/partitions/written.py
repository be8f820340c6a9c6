"""How a file says what a partition is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, only
from pytest_schemaverify.sql.names import parts, quoted


def _name(row: Row, look: Look) -> str:
    """Return the name of a partition, with its schema where that is not its table's."""
    around = parts(row.partition_of)[0]
    return quoted(row.name) if row.schema == around else quoted(row.schema, row.name)


def _bound(row: Row, look: Look) -> str:
    """Return the values that a partition takes, with PostgreSQL's words in small letters."""
    found: str = row.bound.removeprefix("FOR VALUES ")
    for word in ("FROM", "TO", "IN", "WITH", "DEFAULT"):
        found = found.replace(f"{word} (", f"{word.lower()} (").replace("DEFAULT", "default")
    return found


FORM = Form(values={"bound": _bound}, usual={"bound": None}, name=_name, short=only("bound"))
