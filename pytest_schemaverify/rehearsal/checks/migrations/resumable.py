from collections.abc import Iterator

from pytest_schemaverify.findings import Finding, lasting
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.rehearsal.crash import Crash

USE = Use(built=True, optional=True)


def check(crash: Crash | None) -> Iterator[Finding]:
    """Interrupted behind any statement and run again, the migrations come to the same end."""
    if crash is None:
        return
    where = "in the middle of this statement" if crash.within else "behind this statement"
    if crash.failure:
        yield Finding(
            place=crash.place,
            expected=f"interrupted {where}, the file can be run again",
            actual=crash.failure,
            identity=f"{lasting(crash.place)}: {lasting(crash.failure)}",
        )
    for change in crash.changes:
        yield Finding(
            place=crash.place,
            subject=change.subject,
            expected=f"{change.before}, as without the interruption {where}",
            actual=change.after,
            identity=change.kind and f"{lasting(crash.place)}: {change.kind}",
        )
