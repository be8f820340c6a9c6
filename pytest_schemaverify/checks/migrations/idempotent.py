from collections.abc import Iterator

from pytest_schemaverify.findings import Finding


def check(again: list[str]) -> Iterator[Finding]:
    """Applying the migrations a second time changes nothing, in the catalog and in the rows."""
    for difference in again:
        yield Finding(expected="nothing changes when applied again", actual=difference)
