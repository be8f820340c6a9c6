from collections.abc import Iterator

from pytest_schemaverify.findings import Finding


def check(failure: str) -> Iterator[Finding]:
    """Every migration applies, in order, to a database like the one that is expected."""
    if failure:
        yield Finding(expected="every migration applies", actual=failure)
