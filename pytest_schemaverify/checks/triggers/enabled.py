from collections.abc import Iterator

from pytest_schemaverify.catalog import Trigger
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted

_WORDS = {
    "origin": "enabled",
    "always": "enabled, on replicas too",
    "replica": "enabled on replicas only",
    "disabled": "disabled",
}


def check(expected: bool, actual: Trigger) -> Iterator[Finding]:
    """The trigger fires in an ordinary session, or does not."""
    if (actual.enabled in ("origin", "always")) != expected:
        verb, table = "enable" if expected else "disable", quoted(actual.schema, actual.table)
        yield Finding(
            expected=f"{verb}d",
            actual=_WORDS[actual.enabled],
            fix=f"alter table {table} {verb} trigger {quoted(actual.name)};",
        )
