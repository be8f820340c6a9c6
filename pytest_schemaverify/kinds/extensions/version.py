from collections.abc import Iterator

from psycopg import sql

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.extensions.row import Extension
from pytest_schemaverify.language.conditions import version as read
from pytest_schemaverify.language.matchers import same
from pytest_schemaverify.sql.names import quoted


def query(actual: Extension) -> sql.Composed:
    """Return the statement for the versions that the server can update the extension to."""
    return sql.SQL(
        "select p.target from pg_catalog.pg_extension_update_paths({}) as p "
        "where p.source = {} and p.path is not null order by 1"
    ).format(actual.name, actual.version)


def check(expected: str, actual: Extension, rows: list[tuple[str]]) -> Iterator[Finding]:
    """The installed version is the declared one."""
    if not same(expected, actual.version, read):
        within_reach = [version for (version,) in rows if same(expected, version, read)]
        extension = quoted(actual.name)
        yield Finding(
            expected=f"version {expected}",
            actual=f"version {actual.version}",
            hint="" if within_reach else "the server's packages have no update to such a version",
            fix=f"alter extension {extension} update to '{_newest(within_reach)}';"
            if within_reach
            else "",
        )


def _newest(versions: list[str]) -> str:
    # max() would compare texts, in which 0.10 is smaller than 0.9.
    newest = versions[0]
    for version in versions:
        newest = version if same(f">= {newest}", version, read) else newest
    return newest
