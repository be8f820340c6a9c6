"""Migration files run on a database, one after the other, on a session that stays as it was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from time import perf_counter
from typing import Any

import psycopg
from psycopg import pq

from pytest_schemaverify.migrations.annotations import require_marks
from pytest_schemaverify.migrations.error_remedies import around
from pytest_schemaverify.migrations.execution import Mode, run
from pytest_schemaverify.migrations.failure import FileFailed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.notices import Notice, NoticeLog
from pytest_schemaverify.migrations.protocol import is_idle
from pytest_schemaverify.migrations.psql_commands import opened
from pytest_schemaverify.migrations.sections import each

Connection = psycopg.Connection[Any]
Setting = tuple[str, str]

# pg_settings has neither role nor session_authorization, as SHOW ALL leaves them out. Of the others
# only those with the source `session` were SET since the connection began.
_SESSION_SETTINGS = """
    select 'session_authorization', session_user::text where session_user <> %(login)s
    union all
    select 'role', role from pg_catalog.current_setting('role') as role where role <> 'none'
    union all
    select name, setting from pg_catalog.pg_settings
    where source = 'session' and context in ('user', 'superuser')
"""


@dataclass(frozen=True, slots=True)
class Applied:
    """A file that ran to its end."""

    migration: Migration
    seconds: float
    notices: tuple[Notice, ...]
    mode: Mode
    """whole: one transaction; own: the file's own BEGIN and COMMIT; statements: one by one."""


def apply(connection: Connection, migration: Migration) -> Applied:
    """Run one file and return how it ran: its seconds, notices and mode.

    The connection must be in autocommit mode and idle. Settings and roles that the file changes
    are put back afterwards. Raises FileFailed (a MigrationFailed) with the place, and
    DatabaseUnavailable when the server goes away.
    """
    return apply_all(connection, [migration])[0]


def apply_all(
    connection: Connection,
    migrations: Sequence[Migration],
    progress: Callable[[int, int, Migration], None] | None = None,
    number: int | None = None,
) -> list[Applied]:
    """Run the files in the order given and stop at the first that fails.

    `progress` is called before each file with its index (from 0), the number of files and the
    file. Each statement says where it stands if the first file has a `number`. Raises as `apply`
    does; the error then also names the files that were not run.
    """
    # psycopg would otherwise begin a transaction around each file by itself.
    if not connection.autocommit or not is_idle(connection):
        raise ValueError("migrations need a connection in autocommit mode, outside a transaction")
    settings = _session_settings(connection)
    applied: list[Applied] = []
    for index, migration in enumerate(migrations):
        if progress:
            progress(index, len(migrations), migration)
        try:
            its = None if number is None else number + index
            applied.append(_apply(connection, migration, settings, its))
        except FileFailed as error:
            remedied = error.remedied(lambda: around(connection))
            raise remedied.before(m.path for m in migrations[index + 1 :]) from None
    return applied


def _apply(
    connection: Connection, migration: Migration, settings: Sequence[Setting], number: int | None
) -> Applied:
    require_marks(migration)
    started = perf_counter()
    modes: list[Mode] = []
    notices: list[Notice] = []
    for text in each(migration.layout, migration.part, migration.text):
        source = opened(migration.path, text)
        log = NoticeLog(source, number=number)
        # The handler is removed even after a failure: the connection goes on to other files.
        connection.add_notice_handler(log.record)
        try:
            modes.append(run(connection, source, log, migration.layout))
        finally:
            connection.remove_notice_handler(log.record)
            if connection.pgconn.status == pq.ConnStatus.OK:
                _tidy(connection, settings)
        notices += log.notices
    mode = modes[0] if len({*modes}) == 1 else "statements"
    return Applied(migration, perf_counter() - started, tuple(notices), mode)


def _session_settings(connection: Connection) -> list[Setting]:
    """Return the settings that were changed on the connection, which RESET ALL would lose."""
    rows = connection.execute(_SESSION_SETTINGS, {"login": connection.info.user})
    return [(str(name), str(value)) for name, value in rows]


def _tidy(connection: Connection, settings: Sequence[Setting]) -> None:
    """Put roles and settings back to what they were before the file.

    A backup's `set search_path = ''` would otherwise be in force for all files behind it.
    """
    if not is_idle(connection):
        connection.execute("rollback")
    # RESET ALL does not touch the two identities. The session's comes first: setting it also
    # ends SET ROLE, and RESET ROLE goes back to a role that the connection may have by default.
    connection.execute("reset session authorization; reset role; reset all")
    if settings:
        calls = ", ".join(["pg_catalog.set_config(%s, %s, false)"] * len(settings))
        connection.execute(f"select {calls}".encode(), list(chain(*settings)))
