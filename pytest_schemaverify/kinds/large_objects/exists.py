from collections.abc import Iterator

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject, Use

USE = Use(presence="exists")


def check(actual: Row | None, subject: Subject) -> Iterator[Finding]:
    """The large object exists."""
    # No fix makes an empty one: all else that the file says would hold, and hide the loss.
    if actual is None:
        yield Finding(
            expected=f"large object {subject}",
            actual="no such large object",
            hint=f"its content has to come from a backup: lo_create({subject}) makes an empty one",
        )
