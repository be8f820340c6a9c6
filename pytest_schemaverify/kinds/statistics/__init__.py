"""Extended statistics of tables."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.keys import bare_pattern
from pytest_schemaverify.kinds.kind import Kind, Subject
from pytest_schemaverify.sql import yaml_names
from pytest_schemaverify.sql.names import quoted


def _key(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    assert parent is not None
    own, name = yaml_names.qualified(text, parent.key[0])
    # Statistics have a schema of their own, which is mostly that of the table.
    return (*parent.key, name if own == parent.key[0] else f"{own}.{name}")


def _own_name(row: Row) -> str:
    return quoted(row.name) if row.namespace == row.schema else quoted(row.namespace, _bare(row))


def _in_sql(row: Row) -> str:
    return f"statistics {quoted(row.namespace, _bare(row))}"


def _bare(row: Row) -> str:
    same = row.namespace == row.schema
    return str(row.name if same else row.name[len(row.namespace) + 1 :])


FAMILY = Kind(
    category="table structures",
    mark="tables",
    noun="statistics",
    families=("statistics",),
    key=_key,
    pattern=bare_pattern,
    around=2,
    own_name=_own_name,
    in_sql=_in_sql,
)
