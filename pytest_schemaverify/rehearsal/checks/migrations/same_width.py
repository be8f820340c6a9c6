from collections.abc import Iterator
from pathlib import Path

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.new_files import concerns
from pytest_schemaverify.rehearsal.files import Files

USE = Use(unbuilt=True, optional=True)


def check(expected: bool, files: Files, new: frozenset[Path] | None) -> Iterator[Finding]:
    """The numbers that the names of the files begin with have one length."""
    widths = files.directory.widths() if expected else {}
    if len(widths) < 2:
        return
    # The width of most files is taken for the right one.
    usual = max(widths, key=lambda width: len(widths[width]))
    for width, migrations in widths.items():
        others = [m for m in migrations if concerns([m], new)]
        if width != usual and others:
            yield Finding(
                expected=f"{usual} digits, as {widths[usual][0].called} has",
                actual=f"{width} in {', '.join(m.called for m in others)}",
            )
