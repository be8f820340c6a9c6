from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.static import Analysis

USE = Use(category="migrations", exempting=True)


def check(analysis: Analysis) -> Iterator[Finding]:
    """No script that leads back, by its name, is among the files that lead forward."""
    for undone in analysis.undone:
        # A file that drops nothing known is told of by its name alone.
        made = f", made in {undone.made.short}" if undone.made else ""
        yield Finding(
            subject=undone.name,
            expected="only files that lead forward",
            actual=f"it drops {undone.name}{made}" if undone.name else "a rollback, by its name",
            place=str(undone.place),
            hint="a new database runs it as well; name it under `migrations.rollback`, or move it",
        )
