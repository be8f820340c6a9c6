from collections.abc import Iterator

from pytest_schemaverify.catalog import Constraint
from pytest_schemaverify.checks.foreign_keys import replaced, shown
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.objects import as_name


def check(expected: list[str], actual: Constraint) -> Iterator[Finding]:
    """When the referenced row is deleted, the declared columns are set and no others."""
    wanted = tuple(map(as_name, expected))
    meant = actual.on_delete_columns or actual.columns
    if not actual.on_delete.startswith("set "):
        yield Finding(expected=shown("set …", wanted), actual=actual.on_delete)
    elif sorted(wanted) != sorted(meant):
        yield Finding(
            expected=shown(actual.on_delete, wanted),
            actual=shown(actual.on_delete, meant),
            fix=replaced(actual._replace(on_delete_columns=wanted)),
        )
