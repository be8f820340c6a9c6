from collections.abc import Iterator

from pytest_schemaverify.findings import Finding, lasting
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.rehearsal.copies import Rehearsal
from pytest_schemaverify.rehearsal.files import Files

USE = Use(built=True, optional=True)


def check(files: Files, back: Rehearsal) -> Iterator[Finding]:
    """After the rollback the catalog and the rows of the state before are as they were."""
    # Without a rollback nothing was tried, which is no pass.
    if not files.rollback:
        yield Finding(
            expected="a rollback",
            actual="no command that leads back; name one: `command: {back: …}`"
            if files.directory.made_by
            else "no file that leads back: `migrations.rollback` names none, and none was found",
        )
    if back.failure:
        yield Finding(
            expected="the rollback applies",
            actual=back.failure,
            identity=f"the rollback fails: {lasting(back.failure)}",
        )
    for change in back.changes:
        yield Finding(
            subject=change.subject,
            expected=f"{change.before}, as before the migrations",
            actual=change.after,
            identity=change.kind,
        )
