"""How a file says what an exclusion constraint is."""

from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.exclusions.index import index_of
from pytest_schemaverify.kinds.form import Form, Look, Said, as_file, pairs
from pytest_schemaverify.kinds.indexes.columns import key_shown
from pytest_schemaverify.kinds.spelling import expression


def _elements(row: Row, look: Look) -> list[str]:
    keys = key_shown(index_of(row, look.catalog), look.catalog)
    return list(map(" with ".join, zip(keys, row.operators, strict=True)))


def _short(said: Said, row: Row, look: Look) -> Any:
    """Return an exclusion as DDL has it: `using gist (room with =, during with &&)`."""
    if not {"method", "elements", "where"}.issuperset(said):
        return None
    where = f" where ({said['where']})" if "where" in said else ""
    return f"using {said['method']} ({', '.join(said['elements'])}){where}"


FORM = Form(
    values={
        "method": lambda row, look: index_of(row, look.catalog).method,
        "elements": _elements,
        "with": lambda row, look: pairs(index_of(row, look.catalog).options),
        "where": lambda row, look: as_file(index_of(row, look.catalog).where),
    },
    usual={"method": None, "elements": None},
    expressions=frozenset({"where"}),
    spelled={"where": expression},
    short=_short,
)
