from collections.abc import Iterator

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.objects import FAMILIES, Subject


def check(actual: Row | None, subject: Subject) -> Iterator[Finding]:
    """The object does not exist."""
    if actual is not None:
        noun = FAMILIES[subject.family].noun
        yield Finding(expected=f"no {noun} {subject}", actual=f"the {noun} is there")
