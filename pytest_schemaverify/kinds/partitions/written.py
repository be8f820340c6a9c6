"""How a file says what a partition is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, only
from pytest_schemaverify.sql.names import parts, quoted
from pytest_schemaverify.sql.tokens import spans


def _name(row: Row, look: Look) -> str:
    """Return the name of a partition, with its schema where that is not its table's."""
    around = parts(row.partition_of)[0]
    return quoted(row.name) if row.schema == around else quoted(row.schema, row.name)


def _bound(row: Row, look: Look) -> str:
    """Return the values that a partition takes, with PostgreSQL's words in small letters."""
    found, last = [], 0
    text: str = row.bound.removeprefix("FOR VALUES ")
    # Words outside of constants come in small letters from the tokens.
    for token, start, end in spans(text):
        found += [text[last:start], token.text]
        last = end
    return "".join(found)


FORM = Form(values={"bound": _bound}, usual={"bound": None}, name=_name, short=only("bound"))
