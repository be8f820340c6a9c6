from collections.abc import Iterator
from pathlib import Path

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.new_files import concerns
from pytest_schemaverify.rehearsal.files import Files

USE = Use(unbuilt=True, optional=True)


def check(expected: str, files: Files, new: frozenset[Path] | None) -> Iterator[Finding]:
    """Every migration's file name matches the declared pattern."""
    for migration in files.directory.mismatched(expected):
        if concerns([migration], new):
            yield Finding(expected=f"a name like {expected}", actual=migration.called)
