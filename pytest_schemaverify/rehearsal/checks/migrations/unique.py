from collections.abc import Iterator
from pathlib import Path

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.new_files import concerns
from pytest_schemaverify.rehearsal.files import Files

USE = Use(unbuilt=True, optional=True)


def check(files: Files, new: frozenset[Path] | None) -> Iterator[Finding]:
    """No version is used by two migration files."""
    for version, same in files.directory.duplicates().items():
        if not concerns(same, new):
            continue
        paths = ", ".join(migration.called for migration in same)
        yield Finding(expected=f"one file of version {version}", actual=paths, subject=version)
