from collections.abc import Iterator
from pathlib import Path

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.new_files import concerns
from pytest_schemaverify.rehearsal.files import Files

USE = Use(unbuilt=True, optional=True)


def check(expected: bool, files: Files, new: frozenset[Path] | None) -> Iterator[Finding]:
    """No two migration files say the same."""
    for same in files.directory.duplicate_content().values() if expected else ():
        if not concerns(same, new):
            continue
        first, *others = (migration.called for migration in same)
        yield Finding(
            expected=f"{first} once",
            actual=f"the same statements in {', '.join(others)}",
            subject=others[0],
        )
