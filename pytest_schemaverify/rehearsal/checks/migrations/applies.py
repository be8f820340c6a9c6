from collections.abc import Iterator

from pytest_schemaverify.findings import Finding, lasting
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.rehearsal.files import Files

USE = Use(built=True, unbuilt=True, optional=True)


def check(failure: str, files: Files) -> Iterator[Finding]:
    """Every migration applies, in order, to a database like the one that is expected."""
    if failure:
        yield Finding(
            expected="every migration applies",
            actual=failure,
            identity=f"a migration fails: {lasting(failure)}",
        )
    # A misspelt folder or layout must not pass for one whose migrations all apply.
    elif not files.apply:
        yield Finding(
            expected="at least one migration",
            actual="there is none in the folder",
            hint=f"looked for {files.directory.expects}",
        )
