from collections.abc import Iterator

from pytest_schemaverify.findings import Finding, lasting
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.rehearsal.copies import Rehearsal

USE = Use(built=True, optional=True)


def check(again: Rehearsal) -> Iterator[Finding]:
    """Applying the migrations a second time changes nothing, in the catalog and in the rows."""
    if again.failure:
        yield Finding(
            expected="every migration applies a second time",
            actual=again.failure,
            identity=f"the second time fails: {lasting(again.failure)}",
        )
    for change in again.changes:
        yield Finding(
            place=again.causes.get(change.subject, ""),
            subject=change.subject,
            expected=f"{change.before}, as after the first time",
            actual=change.after,
            identity=change.kind,
        )
