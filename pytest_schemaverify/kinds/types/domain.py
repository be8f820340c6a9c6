from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.types.row import Type

USE = Use(type=True)


def check(expected: str, actual: Type, server: Canonical) -> Iterator[Finding]:
    """The domain is made of the declared type."""
    if actual.kind != "domain":
        yield Finding(expected=f"domain over {expected}", actual=f"{actual.kind} type")
    # There is no fix: the domain has to be made anew for another type.
    elif not server.same_type(expected, actual.base):
        yield Finding(expected=f"domain over {expected}", actual=f"domain over {actual.base}")
