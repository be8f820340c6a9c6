from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.firing import compared
from pytest_schemaverify.kinds.rewrite_rules.row import RewriteRule
from pytest_schemaverify.sql.names import quoted


def check(expected: bool | str, actual: RewriteRule) -> Iterator[Finding]:
    """The rule is used in an ordinary session, or is not."""
    table, name = quoted(actual.schema, actual.table), quoted(actual.name)
    yield from compared(expected, actual.enabled, f"alter table {table} {{}} rule {name};")
