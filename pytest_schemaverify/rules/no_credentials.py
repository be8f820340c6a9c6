from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.static import Place
from pytest_schemaverify.migrations.static.kept_secrets import in_files

USE = Use(category="migrations", exempting=True)


def check(scripts: tuple[Migration, ...]) -> Iterator[Finding]:
    """No migration file holds a password, a key, a token or a connection string with one."""
    # The secret itself is never kept, so that no report can show it.
    for script, secret in in_files(scripts):
        yield Finding(
            expected="no credentials",
            actual=f"{secret.what}: {secret.shown}",
            place=str(Place(script, secret.offset)),
            hint="the repository's history keeps it: have it replaced, then take it out",
        )
