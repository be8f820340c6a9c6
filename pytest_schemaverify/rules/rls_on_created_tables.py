from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.static import Analysis
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def check(analysis: Analysis, scope: frozenset[str]) -> Iterator[Finding]:
    """Some file enables row-level security on every table that the files create."""
    for table in analysis.tables:
        if table.name[0] not in scope or table.rls:
            continue
        actual = "no file enables it"
        # A block that reads the catalog may have meant this table: only a server can tell.
        if table.maybe_rls is not None:
            actual = (
                f"not checked: the block at {table.maybe_rls.short} enables it, if at all, "
                "on tables that it looks up when it runs"
            )
        name = quoted(*table.name)
        yield Finding(
            subject=name,
            expected="row-level security enabled",
            actual=actual,
            place=str(table.place),
            hint=f"alter table {name} enable row level security;",
        )
