"""How a file says what a text search configuration is."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look


def _mappings(row: Row, look: Look) -> dict[str, list[str]]:
    return {
        token: [look.bare(one) for one in row.dictionaries(token)]
        for token in row.tokens
        if row.dictionaries(token)
    }


FORM = Form(values={"mappings": _mappings}, usual={"parser": None})
