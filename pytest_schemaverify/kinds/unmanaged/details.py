from collections.abc import Iterable, Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

USE = Use(exempting=True)


def check(unsaid: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Of the objects that the file names it says everything that PostgreSQL does not give them."""
    for name, there in unsaid:
        yield Finding(
            subject=name, expected="nothing that the file does not say of it", actual=there
        )
