from collections.abc import Iterator
from pathlib import Path

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.new_files import concerns
from pytest_schemaverify.rehearsal.files import Files

USE = Use(unbuilt=True, optional=True)


def check(files: Files, new: frozenset[Path] | None) -> Iterator[Finding]:
    """Sorted as text or as numbers, the files come in one and the same order."""
    for first, second in files.directory.out_of_order():
        if not concerns((first, second), new):
            continue
        yield Finding(
            expected="one order, however the names are sorted",
            actual=f"{first.called} is applied before {second.called}",
            subject=second.version,
            hint="give all versions the same number of digits",
        )
