from collections.abc import Iterator

from pytest_schemaverify import matchers
from pytest_schemaverify.catalog import Extension
from pytest_schemaverify.findings import Finding


def check(expected: str, actual: Extension) -> Iterator[Finding]:
    """The installed version is the declared one."""
    if not matchers.matches(expected, actual.version):
        yield Finding(expected=f"version {expected}", actual=f"version {actual.version}")
