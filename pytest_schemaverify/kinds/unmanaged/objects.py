from collections.abc import Iterable, Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.sections import with_own_objects

USE = Use(exempting=True)
names = with_own_objects


def check(unmanaged: Iterable[str], unmanaged_noun: str) -> Iterator[Finding]:
    """No {noun} is there that the file does not name."""
    for name in unmanaged:
        yield Finding(
            subject=name,
            expected=f"no {unmanaged_noun} that the file does not name",
            actual="it is there",
        )
