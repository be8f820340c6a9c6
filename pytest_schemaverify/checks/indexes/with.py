from collections.abc import Iterator

from pytest_schemaverify import matchers
from pytest_schemaverify.catalog import Index
from pytest_schemaverify.findings import Finding


def check(expected: dict[str, object], actual: Index) -> Iterator[Finding]:
    """The index has the declared storage parameters; others may be set too."""
    found = dict(option.split("=", 1) for option in actual.options)
    for name, value in expected.items():
        if name not in found:
            yield Finding(expected=f"{name} = {value}", actual=f"{name} is not set")
        elif not matchers.matches(value, found[name]):
            yield Finding(expected=f"{name} = {value}", actual=f"{name} = {found[name]}")
