from collections.abc import Iterator

from pytest_schemaverify.build import Files
from pytest_schemaverify.findings import Finding


def check(expected: str, files: Files) -> Iterator[Finding]:
    """Every migration's file name matches the declared pattern."""
    for migration in files.directory.mismatched(expected):
        yield Finding(expected=f"a name like {expected}", actual=migration.path.name)
