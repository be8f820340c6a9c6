from collections.abc import Iterator

from pytest_schemaverify.build import Files
from pytest_schemaverify.findings import Finding


def check(files: Files) -> Iterator[Finding]:
    """Sorted as text or as numbers, the files come in one and the same order."""
    for first, second in files.directory.out_of_order():
        yield Finding(
            expected="one order, however the names are sorted",
            actual=f"{first.path.name} is applied before {second.path.name}",
            subject=second.version,
            hint="give all versions the same number of digits",
        )
