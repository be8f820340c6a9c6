import difflib
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.objects import FAMILIES, Subject, others


def check(actual: Row | None, subject: Subject, catalog: Catalog) -> Iterator[Finding]:
    """The object exists."""
    if actual is None:
        noun = FAMILIES[subject.family].noun
        there = others(catalog, subject)
        near = difflib.get_close_matches(str(subject), there, n=1) or difflib.get_close_matches(
            subject.written, there, n=1
        )
        yield Finding(
            expected=f"{noun} {subject}",
            actual=f"no such {noun}",
            hint=f"the nearest name is {near[0]}" if near else "",
        )
