"""One file sent to the server as its tool, or its author, meant it.

A file goes to the server whole, in one message of the simple query protocol, which makes it one
implicit transaction. Of 1,864 files of public projects two do not bear that: where the tool is
known and could not run them either, they are refused, otherwise they run statement by statement,
as psql would. So do files with psql's commands or COPY data, and those with their own BEGIN and
COMMIT, unless their tool sends them whole.
https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
"""

import re
from collections.abc import Sequence
from typing import Any, Literal

import psycopg
from psycopg.errors import Diagnostic

from pytest_schemaverify.migrations.annotations import cut
from pytest_schemaverify.migrations.error_position import offset
from pytest_schemaverify.migrations.failure import FileFailed, failed
from pytest_schemaverify.migrations.marks import mark, marked
from pytest_schemaverify.migrations.notices import Notice, NoticeLog
from pytest_schemaverify.migrations.protocol import Rejected, copy, is_idle, send
from pytest_schemaverify.migrations.psql_commands import Source, included
from pytest_schemaverify.migrations.runners import RUNNERS, UNKNOWN, Runner, Sending
from pytest_schemaverify.sql.positions import Lines
from pytest_schemaverify.sql.split import Piece, PieceKind

Connection = psycopg.Connection[Any]
Mode = Literal["whole", "own", "statements"]

_NOT_IN_A_TRANSACTION = frozenset(
    {
        "25001",  # active_sql_transaction: CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE …
        "2D000",  # invalid_transaction_termination: a DO block or procedure that commits
        "55P04",  # unsafe_new_enum_value_usage: ALTER TYPE … ADD VALUE, used right away
    }
)
# ABORT and END are PostgreSQL's other words for ROLLBACK and COMMIT.
_TRANSACTION = re.compile(
    r"(?:begin|start\s+transaction|commit|end|rollback|abort|prepare\s+transaction)\b",
    re.IGNORECASE,
)


def run(connection: Connection, source: Source, log: NoticeLog, layout: str) -> Mode:
    """Run the file as its tool would; where that is not known, whole if it can be, else apart.

    Returns how it ran. Raises FileFailed, and DatabaseUnavailable when the server goes away.
    """
    log.notices[:] = _left_out(source)
    runner = RUNNERS.get(layout)
    sending = runner.sending(source.path, source.text, source.statements) if runner else None
    messages = cut(source, layout)
    # A file with its own BEGIN is meant for psql; whole, its COMMIT would end the implicit
    # transaction, and what stands behind it would be a second one.
    own = any(_TRANSACTION.match(source.text, piece.start) for piece in source.pieces)
    whole = sending == "message" or (sending != "statements" and not own)
    if (
        whole
        and source.is_one_message
        and _ran_whole(connection, source, log, layout, wrapped=sending == "transaction")
    ):
        return "own" if own else "whole"
    begun = runner if _needs_begin(source, sending) else None
    apart = messages if sending == "statements" else source
    _run_apart(connection, apart, log, begun, commits=not own)
    return "own" if own else "statements"


def _left_out(source: Source) -> list[Notice]:
    return [Notice("NOTICE", f"{command} was left out") for command in source.left_out]


def _ran_whole(
    connection: Connection, source: Source, log: NoticeLog, layout: str, *, wrapped: bool
) -> bool:
    """Send the file at once; return False where it can only run apart."""
    runner = RUNNERS.get(layout)
    try:
        _send_whole(connection, source, log, wrapped=wrapped)
    except Rejected as error:
        piece = _at(source.pieces, error.completed)
        if error.diag.sqlstate not in _NOT_IN_A_TRANSACTION:
            raise _failure(source, piece, log.from_(error.diag), error.diag) from None
        if runner is not None:
            raise _refused(source, piece, error.diag, runner, log.from_(error.diag)) from None
        log.notices[:] = _left_out(source)  # the server has undone what it has told of
        # sqitch, and files that say `one_by_one`, are known to run statement by statement.
        if layout in UNKNOWN:
            log.notices.append(_alone(source, piece, error.diag))
        return False
    _require_idle(connection, source)
    return True


def _run_apart(
    connection: Connection, source: Source, log: NoticeLog, begun: Runner | None, *, commits: bool
) -> None:
    """Run a file one by one, in a transaction of the tool `begun` if there is one."""
    if begun is not None:
        send(connection, "begin", source)
    _one_by_one(connection, source, log, begun)
    if begun is not None and commits:
        try:
            send(connection, "commit", source)
        except Rejected as error:
            raise _failure(source, None, 0, error.diag) from None
    _require_idle(connection, source)


def _needs_begin(source: Source, sending: Sending | None) -> bool:
    """Return whether what is run one by one begins in a transaction of the tool's.

    It does where the file has its own BEGIN later, or the rows of COPY. Files with commands are
    run by psql, which begins none.
    """
    if sending not in ("transaction", "message") or not source.pieces:
        return False
    if any(piece.kind is PieceKind.COMMAND for piece in source.pieces):
        return False
    return _TRANSACTION.match(source.text, source.pieces[0].start) is None


def _send_whole(connection: Connection, source: Source, log: NoticeLog, *, wrapped: bool) -> None:
    text = source.text
    if log.number is not None and source.pieces:
        send(connection, mark(log.number, source, source.pieces[0]), source)
        text, log.moved = marked(log.number, source)
    if wrapped:
        send(connection, "begin", source)
    send(connection, text, source, log)
    if wrapped:
        try:
            send(connection, "commit", source)
        # A deferred constraint is checked only now: no statement of the file is to blame.
        except Rejected as error:
            raise Rejected(error.diag, len(source.pieces)) from None


def _require_idle(connection: Connection, source: Source) -> None:
    if is_idle(connection):
        return
    begun = [p for p in source.pieces if _TRANSACTION.match(source.text, p.start)][-1]
    raise failed(
        source.place(begun.start, begun),
        "the file leaves this transaction open: nothing of it would be kept",
        remedy="add commit; or remove begin;",
    )


# Not a warning but an error: the deployment would stop here.
def _refused(
    source: Source, piece: Piece | None, diag: Diagnostic, runner: Runner, sent_from: int = 0
) -> FileFailed:
    """Return the error for a statement that PostgreSQL refuses in the way its tool sends it."""
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
    """Return the notice that a file ran apart which many tools send whole, and so could not run."""
    line = Lines(source.text).at(piece.start)[0] if piece else 0
    message = (
        f"this file ran one statement at a time, as not every tool does: {diag.message_primary}"
    )
    # Without SQLSTATE, by which the summary tells our own notices from the server's.
    return Notice("NOTICE", message, path=source.path, line=line)


def _one_by_one(
    connection: Connection, source: Source, log: NoticeLog, runner: Runner | None = None
) -> None:
    """Run the statements; `runner` is the tool that has begun a transaction for them."""
    log.moved = {}
    for piece in source.pieces:
        if log.number is not None and not source.within:
            send(connection, mark(log.number, source, piece), source)
        if piece.kind is PieceKind.COMMAND:
            _one_by_one(connection, included(source, piece), log)
            continue
        # From here the server counts positions from the start of this statement.
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


# The position may be in another statement than the one that failed: a body that was defined before.
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
