"""How a file says what an index is."""

from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, Said, as_file, pairs
from pytest_schemaverify.kinds.indexes.columns import key_shown
from pytest_schemaverify.kinds.spelling import expression
from pytest_schemaverify.sql.names import quoted

_LONG = frozenset(
    {"comment", "valid", "clustered", "replica_identity", "depends_on_extensions", "statistics"}
)


def _rows(row: Row, look: Look) -> bool:
    """Return whether an index is there for itself, and not for a constraint."""
    return look.catalog.find("constraints", (row.schema, row.table, row.name)) is None


def _statement(said: Said, row: Row, look: Look) -> Any:
    """Return an index as `create index` makes it."""
    if not _LONG.isdisjoint(said):
        return None
    words = ["create unique index on" if said.get("unique") else "create index on"]
    words.append(look.name(row.schema, row.table))
    if said["method"] != "btree":
        words.append(f"using {said['method']}")
    words.append(f"({', '.join(said['columns'])})")
    if "include" in said:
        words.append(f"include ({', '.join(said['include'])})")
    if "nulls_not_distinct" in said:
        words.append("nulls not distinct")
    if "with" in said:
        words.append(f"with ({', '.join(f'{k} = {v}' for k, v in said['with'].items())})")
    if "tablespace" in said:
        words.append(f"tablespace {said['tablespace']}")
    if "where" in said:
        words.append(f"where {said['where']}")
    return " ".join(words)


FORM = Form(
    values={
        "columns": lambda row, look: key_shown(row, look.catalog),
        "include": lambda row, look: [quoted(name) for name in row.include],
        "with": lambda row, look: pairs(row.options),
        "where": lambda row, look: as_file(row.where),
        "statistics": lambda row, look: {k: int(v) for k, v in pairs(row.statistics).items()},
        "nulls_not_distinct": lambda row, look: row.nulls_not_distinct if row.unique else None,
    },
    usual={"columns": None, "method": None, "valid": True},
    expressions=frozenset({"where"}),
    spelled={"where": expression, "columns": lambda keys, look: keys},
    there=_rows,
    short=_statement,
)
