"""Migration files run on a database, each as its tool, or its author, meant it.

A file goes to the server whole, in one message of the simple protocol, which makes it one
implicit transaction. Of 1,864 files of public projects two do not bear that: where the tool is
known and could not run them either, they are refused, otherwise they run statement by statement,
as psql would. So do files with psql's commands or COPY data, and those with their own BEGIN and
COMMIT, unless their tool sends them whole.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from time import perf_counter
from typing import Any, Literal

import psycopg
from psycopg import pq
from psycopg.errors import Diagnostic

from pytest_schemaverify.migrations.annotations import cut, require_marks
from pytest_schemaverify.migrations.error_position import offset
from pytest_schemaverify.migrations.failure import FileFailed, failed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.notices import Notice, NoticeLog
from pytest_schemaverify.migrations.protocol import Rejected, copy, send
from pytest_schemaverify.migrations.psql_commands import Source, included, opened
from pytest_schemaverify.migrations.runners import RUNNERS, UNKNOWN, Runner, Sending
from pytest_schemaverify.sql.positions import Lines
from pytest_schemaverify.sql.split import Piece, PieceKind

Connection = psycopg.Connection[Any]
Mode = Literal["whole", "own", "statements"]
Setting = tuple[str, str]

_NOT_IN_A_TRANSACTION = frozenset(
    {
        "25001",  # active_sql_transaction: CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE …
        "2D000",  # invalid_transaction_termination: a DO block or procedure that commits
        "55P04",  # unsafe_new_enum_value_usage: ALTER TYPE … ADD VALUE, used right away
    }
)
_TRANSACTION = re.compile(
    r"(?:begin|start\s+transaction|commit|end|rollback|abort|prepare\s+transaction)\b",
    re.IGNORECASE,
)
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
    """Run one file and return what happened.

    The connection must be in autocommit mode and idle. Settings and roles that the file changes
    are put back afterwards. Raises FileFailed (a MigrationFailed) with the place, and
    DatabaseUnavailable when the server goes away.
    """
    return apply_all(connection, [migration])[0]


def apply_all(
    connection: Connection,
    migrations: Sequence[Migration],
    progress: Callable[[int, int, Migration], None] | None = None,
) -> list[Applied]:
    """Run the files in the order given and stop at the first that fails.

    `progress` is called before each file with its index (from 0), the number of files and the
    file. Raises as `apply` does; the error then also names the files that were not run.
    """
    if not connection.autocommit or _status(connection) != pq.TransactionStatus.IDLE:
        raise ValueError("migrations need a connection in autocommit mode, outside a transaction")
    settings = _session_settings(connection)
    applied: list[Applied] = []
    for index, migration in enumerate(migrations):
        if progress:
            progress(index, len(migrations), migration)
        try:
            applied.append(_apply(connection, migration, settings))
        except FileFailed as error:
            raise error.before(m.path for m in migrations[index + 1 :]) from None
    return applied


def _apply(connection: Connection, migration: Migration, settings: Sequence[Setting]) -> Applied:
    require_marks(migration)
    source = opened(migration.path, migration.text)
    log = NoticeLog(source)
    started = perf_counter()
    connection.add_notice_handler(log.record)
    try:
        mode = _run(connection, source, log, migration.layout)
    finally:
        connection.remove_notice_handler(log.record)
        if connection.pgconn.status == pq.ConnStatus.OK:
            _tidy(connection, settings)
    return Applied(migration, perf_counter() - started, tuple(log.notices), mode)


def _run(connection: Connection, source: Source, log: NoticeLog, layout: str) -> Mode:
    """Run the file as its tool would; where that is not known whole if it can be, else one by one.

    Statements are one by one where psql alone runs such a file.
    """
    left_out = [Notice("NOTICE", f"{command} was left out") for command in source.left_out]
    log.notices[:] = left_out
    runner = RUNNERS.get(layout)
    sending = runner.sending(source.path, source.text, source.statements) if runner else None
    messages = cut(source, layout)
    own = any(_TRANSACTION.match(source.text, piece.start) for piece in source.pieces)
    whole = sending == "message" or (sending != "statements" and not own)
    if whole and source.is_one_message:
        try:
            _send_whole(connection, source, log, wrapped=sending == "transaction")
        except Rejected as error:
            piece = _at(source.pieces, error.completed)
            if error.diag.sqlstate not in _NOT_IN_A_TRANSACTION:
                raise _failure(source, piece, 0, error.diag) from None
            if runner is not None:
                raise _refused(source, piece, error.diag, runner) from None
            log.notices[:] = left_out  # what was heard was undone
            if layout in UNKNOWN:
                log.notices.append(_alone(source, piece, error.diag))
        else:
            _require_idle(connection, source)
            return "own" if own else "whole"
    begun = _needs_begin(source, sending)
    if begun:
        send(connection, "begin", source)
    _one_by_one(connection, messages if sending == "statements" else source, log,
                runner if begun else None)  # fmt: skip
    if begun and not own:
        try:
            send(connection, "commit", source)
        except Rejected as error:
            raise _failure(source, None, 0, error.diag) from None
    _require_idle(connection, source)
    return "own" if own else "statements"


def _needs_begin(source: Source, sending: Sending | None) -> bool:
    """Return whether what is run one by one begins in a transaction of the tool's.

    It does where the file has its own BEGIN later, or the rows of COPY. Files with commands are
    run by psql.
    """
    if sending not in ("transaction", "message") or not source.pieces:
        return False
    if any(piece.kind is PieceKind.COMMAND for piece in source.pieces):
        return False
    return _TRANSACTION.match(source.text, source.pieces[0].start) is None


def _send_whole(connection: Connection, source: Source, log: NoticeLog, *, wrapped: bool) -> None:
    if wrapped:
        send(connection, "begin", source)
    send(connection, source.text, source, log)
    if wrapped:
        try:
            send(connection, "commit", source)
        except Rejected as error:  # by a deferred constraint, say
            raise Rejected(error.diag, len(source.pieces)) from None


def _require_idle(connection: Connection, source: Source) -> None:
    if _status(connection) == pq.TransactionStatus.IDLE:
        return
    begun = [p for p in source.pieces if _TRANSACTION.match(source.text, p.start)][-1]
    raise failed(
        source.place(begun.start, begun),
        "the file leaves this transaction open: nothing of it would be kept",
        remedy="add commit; or remove begin;",
    )


def _refused(
    source: Source, piece: Piece | None, diag: Diagnostic, runner: Runner, sent_from: int = 0
) -> FileFailed:
    """Return the error for a file that its tool could not run."""
    at = offset(source.text, piece, sent_from, diag)
    how = "in one transaction" if runner.sends == "transaction" else "in one message"
    return failed(
        source.place(piece.start if piece else at, piece),
        diag.message_primary or "the server gave no reason",
        sqlstate=diag.sqlstate or "",
        detail=f"{runner.name} runs this file {how}, and PostgreSQL refuses that",
        context=diag.context or "",
        remedy=f"{runner.way_out}; or say `one_by_one: true` under `migrations`, if your tool sends"
        " one statement at a time",
    )


def _alone(source: Source, piece: Piece | None, diag: Diagnostic) -> Notice:
    """Return the notice for a file that tools which send it whole could not run."""
    line = Lines(source.text).at(piece.start)[0] if piece else 0
    message = (
        f"this file ran one statement at a time, as not every tool does: {diag.message_primary}"
    )
    return Notice("NOTICE", message, path=source.path, line=line)


def _one_by_one(
    connection: Connection, source: Source, log: NoticeLog, runner: Runner | None = None
) -> None:
    """Run the statements; `runner` is the tool that has begun a transaction for them."""
    for piece in source.pieces:
        if piece.kind is PieceKind.COMMAND:
            _one_by_one(connection, included(source, piece), log)
            continue
        log.now_running(source, [piece], piece.start)
        try:
            if piece.kind is PieceKind.COPY:
                copy(connection, source, piece)
            else:
                send(connection, source.text[piece.start : piece.end], source)
        except Rejected as error:
            if runner is not None and error.diag.sqlstate in _NOT_IN_A_TRANSACTION:
                raise _refused(source, piece, error.diag, runner, piece.start) from None
            raise _failure(source, piece, piece.start, error.diag) from None


def _failure(source: Source, piece: Piece | None, sent_from: int, diag: Diagnostic) -> FileFailed:
    at = offset(source.text, piece, sent_from, diag)
    return failed(
        source.place(at, _around(source.pieces, at) or piece),
        diag.message_primary or "the server gave no reason",
        sqlstate=diag.sqlstate or "",
        detail=diag.message_detail or "",
        hint=diag.message_hint or "",
        context=diag.context or "",
    )


def _at(pieces: Sequence[Piece], index: int) -> Piece | None:
    return pieces[index] if index < len(pieces) else None


def _around(pieces: Sequence[Piece], at: int) -> Piece | None:
    return next((piece for piece in pieces if piece.start <= at <= piece.end), None)


def _status(connection: Connection) -> pq.TransactionStatus:
    return connection.info.transaction_status


def _session_settings(connection: Connection) -> list[Setting]:
    """Return what has been set on the connection since it began; RESET ALL would forget it."""
    rows = connection.execute(_SESSION_SETTINGS, {"login": connection.info.user})
    return [(str(name), str(value)) for name, value in rows]


def _tidy(connection: Connection, settings: Sequence[Setting]) -> None:
    """Put roles and settings back to what they were before the file."""
    if _status(connection) != pq.TransactionStatus.IDLE:
        connection.execute("rollback")
    connection.execute("reset session authorization; reset role; reset all")
    if settings:
        calls = ", ".join(["pg_catalog.set_config(%s, %s, false)"] * len(settings))
        connection.execute(f"select {calls}".encode(), list(chain(*settings)))
