"""Check constraints of domains."""

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.keys import bare_pattern, inside
from pytest_schemaverify.kinds.kind import Kind
from pytest_schemaverify.sql.names import quoted


def _in_sql(row: Row) -> str:
    return f"constraint {quoted(row.name)} on domain {quoted(row.schema, row.domain)}"


FAMILY = Kind(
    category="table structures",
    mark="types",
    noun="domain check",
    families=("domain_checks",),
    key=inside,
    pattern=bare_pattern,
    around=2,
    in_sql=_in_sql,
)
