from collections.abc import Iterable, Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

USE = Use(exempting=True)


def check(unmanaged: Iterable[str]) -> Iterator[Finding]:
    """No table is there that the file does not name."""
    for name in unmanaged:
        yield Finding(
            subject=name, expected="no table that the file does not name", actual="it is there"
        )
