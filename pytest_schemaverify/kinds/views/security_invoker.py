from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.views.row import View
from pytest_schemaverify.sql.names import quoted

_WORDS = {True: "security invoker", False: "with the rights of its owner"}


def check(expected: bool, actual: View, catalog: Catalog) -> Iterator[Finding]:
    """The view reads its tables with the rights of whoever reads it, or of its owner."""
    if actual.security_invoker == expected:
        return
    # Older servers refuse the option, so a fix would fail.
    able = catalog.version >= 150000
    change = "set (security_invoker = true)" if expected else "reset (security_invoker)"
    yield Finding(
        expected=_WORDS[expected],
        actual=_WORDS[actual.security_invoker],
        hint="" if able else "views can do so since PostgreSQL 15",
        fix=f"alter view {quoted(actual.schema, actual.name)} {change};" if able else "",
    )
