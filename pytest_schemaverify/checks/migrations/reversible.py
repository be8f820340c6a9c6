from collections.abc import Iterator

from pytest_schemaverify.build import Files
from pytest_schemaverify.findings import Finding


def check(files: Files, back: list[str]) -> Iterator[Finding]:
    """After the rollback the catalog and every row of the baseline are as before."""
    if not files.rollback:
        yield Finding(
            expected="a rollback",
            actual="no file that leads back: `migrations.rollback` names none, and none was found",
        )
    for difference in back:
        yield Finding(expected="as before the migrations", actual=difference)
