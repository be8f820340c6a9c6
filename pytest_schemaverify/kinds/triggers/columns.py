from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.triggers.row import Trigger
from pytest_schemaverify.sql.names import quoted


def check(expected: list[str], actual: Trigger) -> Iterator[Finding]:
    """Only updates of the declared columns fire the trigger."""
    wanted = sorted(map(as_name, expected))
    # The order of the columns of `update of` means nothing.
    if wanted != sorted(actual.columns):
        yield Finding(
            expected=_update_clause(wanted),
            actual=_update_clause(sorted(actual.columns)),
        )


def _update_clause(columns: list[str]) -> str:
    return f"update of {', '.join(map(quoted, columns))}" if columns else "update of any column"
