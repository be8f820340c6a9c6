from collections.abc import Iterator

from pytest_schemaverify.build import Files
from pytest_schemaverify.findings import Finding


def check(expected: bool, files: Files) -> Iterator[Finding]:
    """The numbers that the names of the files begin with have one length."""
    widths = files.directory.widths() if expected else {}
    if len(widths) < 2:
        return
    usual = max(widths, key=lambda width: len(widths[width]))
    for width, migrations in widths.items():
        if width != usual:
            yield Finding(
                expected=f"{usual} digits, as {widths[usual][0].path.name} has",
                actual=f"{width} in {', '.join(m.path.name for m in migrations)}",
            )
