from collections.abc import Iterator

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject, Use, kind_of

USE = Use(presence="absent")


def check(actual: Row | None, subject: Subject) -> Iterator[Finding]:
    """The object does not exist."""
    # There is no fix: dropping deletes data, or breaks what depends on the object.
    if actual is not None:
        noun = kind_of(subject.family).noun
        yield Finding(expected=f"no {noun} {subject}", actual=f"the {noun} is there")
