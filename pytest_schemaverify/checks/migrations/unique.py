from collections.abc import Iterator

from pytest_schemaverify.build import Files
from pytest_schemaverify.findings import Finding


def check(files: Files) -> Iterator[Finding]:
    """No version is used by two migration files."""
    for version, same in files.directory.duplicates().items():
        paths = ", ".join(migration.path.name for migration in same)
        yield Finding(expected=f"one file of version {version}", actual=paths, subject=version)
