"""Who tries something: a role, the claims of a token, settings; and what came of it."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from psycopg import Connection, Cursor, sql

from pytest_schemaverify.databases import resource_bounds
from pytest_schemaverify.databases.bounded_queries import Answer, answer, answers
from pytest_schemaverify.databases.impersonation import OFTEN_SET_ALONE, claim_settings
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import counted_rows


@dataclass(frozen=True, slots=True)
class Identity:
    """A user of the database as an API lets them in: a role, a token, settings."""

    name: str
    role: str
    claims: Mapping[str, Any] = field(default_factory=dict)
    """What their token says; set as PostgREST sets it, as one object and claim by claim."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings that policies read, such as `app.tenant_id`."""
    bypasses_rls: bool = False
    """Row-level security is known not to hold for them."""
    _becoming: dict[tuple[str, ...], bytes] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What makes a connection theirs, by the limits: it is sent thousands of times."""

    @property
    def token(self) -> dict[str, Any]:
        """What their token says, with their role."""
        return {"role": self.role, **self.claims}

    def claim(self, path: str) -> str | None:
        """Return a claim as text, `app_metadata.org_id` for one inside another; None if absent."""
        value: Any = self.token
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, default=str)

    def _settings(self) -> dict[str, str]:
        # Names that another identity may have set in an outer savepoint must not shine through.
        settings = {f"request.jwt.claim.{name}": "" for name in OFTEN_SET_ALONE}
        # PostgREST has these in every request. A setting that somebody has had is never null again.
        settings |= {"request.headers": "{}", "request.cookies": "{}"}
        return {**settings, **claim_settings(self.token), **self.settings}

    def with_statement_timeout(self, limit: int) -> "Identity":
        """Return the same with so many milliseconds for a statement, at most."""
        return replace(self, settings={**self.settings, "statement_timeout": str(limit)})

    def administrating(self) -> "Identity":
        """Return the administrator with this token, for triggers that ask who is there."""
        # `none` is the role of the session; its token still says whose it is.
        settings = {**self.settings, "row_security": "off"}
        return replace(self, role="none", claims=self.token, settings=settings)

    def written(self) -> str:
        """Return the statements by which a person becomes this identity in psql."""
        token = json.dumps(self.token, default=str, ensure_ascii=False)
        role = sql.Identifier(self.role).as_string()
        lines = [f"set local role {role};"]
        if self.claims:
            quoted = sql.Literal(token).as_string()
            lines.append(f"set local request.jwt.claims = {quoted};")
        for name, value in self.settings.items():
            lines.append(f"set local {name} = {sql.Literal(value).as_string()};")
        return " ".join(lines)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the server answered to one statement."""

    statement: str
    state: str = ""
    """SQLSTATE; empty when it succeeded."""
    message: str = ""
    where: str = ""
    """The function in which it happened, if it was one."""
    count: int = 0
    """Rows that were returned or affected."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    """The rows that were returned, as text."""
    constraint: str = ""
    table: str = ""

    @property
    def done(self) -> bool:
        """Whether the statement ran to its end."""
        return not self.state

    def __str__(self) -> str:
        if self.done:
            return counted_rows(self.count)
        where = f", in {self.where}" if self.where else ""
        return f"{self.message} (SQLSTATE {self.state}{where})"


@contextmanager
def acting(connection: Connection[Any], identity: Identity | None) -> Iterator[Connection[Any]]:
    """Let a connection act as an identity in a savepoint that is rolled back.

    Without one it stays the administrator's.

    The claims are in both forms, `request.jwt.claims` and `request.jwt.claim.<name>`. The same as
    `databases.impersonation.acting_as` in one statement instead of one for each setting.
    Raises CannotDetermine when the connection may not be that role.
    """
    # One trip to the server to begin and one to end, where psycopg's own takes three: there are
    # thousands of these.
    begin, back = _around(connection)
    try:
        try:
            connection.execute(begin + _becoming(connection, identity))
        except psycopg.Error as error:
            if identity is None or error.sqlstate is None:
                raise
            raise CannotDetermine(
                f"acting as {identity.name}, the role {identity.role}",
                because=error.diag.message_primary or str(error),
                remedy="create the role in a migration, or say `database: {platform: supabase}`, "
                "which has anon, authenticated and service_role",
            ) from None
        yield connection
    finally:
        if not connection.closed:
            connection.execute(back)
            resource_bounds.timeouts(connection)


def tried(
    connection: Connection[Any], identity: Identity | None, statement: sql.SQL | sql.Composed
) -> Outcome:
    """Return what comes of one statement of an identity, which is rolled back.

    The same as `acting` and `ran` in one trip to the server, or two after an error, for an identity
    whose role is known to be there. Raises what `ran` raises.
    """
    return looked_at(connection, identity, statement)[0]


def looked_at(
    connection: Connection[Any],
    identity: Identity | None,
    statement: sql.SQL | sql.Composed,
    look: sql.SQL | sql.Composed | None = None,
) -> tuple[Outcome, tuple[tuple[Any, ...], ...]]:
    """Return what comes of a statement, and what the administrator sees before it is rolled back.

    `look` is the administrator's query; nothing is seen after an error, or where no row was
    returned or affected. Raises what `ran` raises.
    """
    begin, back = _around(connection)
    text = statement.as_string(connection)
    after = _set(_administrators(connection)) + look.as_string(connection).encode() if look else b""
    before = begin + _becoming(connection, identity)
    # A line of its own for what follows: the statement may end in a comment.
    script = before + text.encode() + b"\n;" + after + b";" + back
    try:
        results = answers(connection, script)[: -len(back.split(b";"))]
    except psycopg.Error as error:
        return _failed(connection, text, error), ()
    except BoundMet as error:
        raise BoundMet(text, error.bound) from None  # without what goes before
    finally:
        _ended(connection, back)
        resource_bounds.timeouts(connection)
    found = results[-3 if look else -1]
    outcome = Outcome(text, count=found.count, columns=found.columns or (), rows=found.rows)
    return outcome, results[-1].rows if look and found.count else ()


def _around(connection: Connection[Any]) -> tuple[bytes, bytes]:
    """Return what begins and what ends an attempt: a transaction, or a savepoint in one."""
    if connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
        return b"begin; ", b"rollback"
    # `rollback to` keeps the savepoint, so without `release` thousands of them would nest.
    return b"savepoint schemaverify; ", b"rollback to schemaverify; release schemaverify"


def _ended(connection: Connection[Any], back: bytes) -> None:
    """End an attempt whose error has made the server pass over what ends it."""
    failed = psycopg.pq.TransactionStatus.INERROR
    if not connection.closed and connection.info.transaction_status == failed:
        connection.execute(back)


def _becoming(connection: Connection[Any], identity: Identity | None) -> bytes:
    """Return the statement that makes a connection an identity's, up to the end of a savepoint."""
    if identity is None:
        return _set(resource_bounds.timeouts(connection))
    own = identity._settings()
    limits = resource_bounds.timeouts(connection, identity.role, own)
    known = tuple(limits.values())
    if known not in identity._becoming:
        # The role comes last, so that the settings before it are made with the administrator's
        # rights. row_security is off for the administrator, and a query that policies filter would
        # fail.
        settings = {"row_security": "on", **own, **limits, "role": identity.role}
        identity._becoming[known] = _set(settings)
    return identity._becoming[known]


@contextmanager
def with_token(connection: Connection[Any], identity: Identity | None) -> Iterator[None]:
    """Let the administrator have the token of an identity for a while; what is done stays done."""
    if identity is None:
        yield
        return
    settings = identity.administrating()._settings()
    connection.execute(_set(settings))
    try:
        yield
    finally:
        if connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
            # A rollback has done the same already.
            connection.execute(_set({**dict.fromkeys(settings, ""), "row_security": "off"}))


def become_administrator(connection: Connection[Any]) -> None:
    """Make the connection the administrator's again, within the same savepoint."""
    connection.execute(_set(_administrators(connection)))


def _administrators(connection: Connection[Any]) -> dict[str, str]:
    """Return the settings of the administrator."""
    # `none` is the role of the session again; with row_security off a look that would miss rows
    # fails.
    return {**resource_bounds.timeouts(connection), "role": "none", "row_security": "off"}


def _set(settings: Mapping[str, str]) -> bytes:
    calls = sql.SQL(", ").join(
        sql.SQL("pg_catalog.set_config({}, {}, true)").format(name, value)
        for name, value in settings.items()
    )
    return sql.SQL("select {}; ").format(calls).as_string().encode()


def ran(connection: Connection[Any], statement: sql.SQL | sql.Composed) -> Outcome:
    """Run a statement on the connection as it is and return the outcome; an error is one too.

    After an error only the end of the savepoint helps. Raises BoundMet when the statement meets a
    bound, and psycopg.OperationalError when the server has gone away.
    """
    text = statement.as_string(connection)
    try:
        found = answer(connection, text.encode())
    except psycopg.Error as error:
        return _failed(connection, text, error)
    return Outcome(text, count=found.count, columns=found.columns or (), rows=found.rows)


def copied(
    connection: Connection[Any],
    identity: Identity,
    statement: sql.Composed,
    counted: Callable[[Cursor[Any]], int],
) -> Outcome:
    """Return what comes of a COPY of an identity, which is rolled back.

    `counted` copies with a cursor and returns how many rows there were. Raises what `ran` raises.
    """
    text = statement.as_string(connection)
    with acting(connection, identity):
        try:
            with connection.cursor() as cursor:
                return Outcome(text, count=counted(cursor))
        except psycopg.Error as error:
            return _failed(connection, text, error)


def administered(connection: Connection[Any], statement: sql.SQL | sql.Composed) -> Answer:
    """Return the answer to a statement of the administrator's, in an open transaction.

    Its time-outs are set anew, for code of the user's may have changed them. Raises psycopg.Error,
    and BoundMet as `ran` does.
    """
    return _administered(connection, statement, b"", b"")[-1]


def tried_out(connection: Connection[Any], statement: sql.SQL | sql.Composed) -> Answer:
    """Return the same for a statement that is rolled back, also after an error.

    In one trip to the server, or two after an error, where a savepoint of psycopg takes three more.
    """
    begin, back = _around(connection)
    try:
        answered = _administered(connection, statement, begin, b"\n;" + back)
        return answered[-1 - len(back.split(b";"))]
    finally:
        _ended(connection, back)


def _administered(
    connection: Connection[Any], statement: sql.SQL | sql.Composed, before: bytes, after: bytes
) -> list[Answer]:
    text = statement.as_string(connection)
    begun = before + _set(resource_bounds.timeouts(connection))
    try:
        return answers(connection, begun + text.encode() + after)
    except psycopg.Error as error:
        _require_unbounded(connection, text, error)
        raise


def _failed(connection: Connection[Any], statement: str, error: psycopg.Error) -> Outcome:
    """Return the outcome of a statement that the server answered with an error.

    Raises BoundMet where that is because of a bound, and the error itself where it is no answer.
    """
    if error.sqlstate is None or connection.closed:
        raise error
    _require_unbounded(connection, statement, error)
    diag = error.diag
    where = (diag.context or "").partition("\n")[0]
    return Outcome(
        statement, state=error.sqlstate or "", message=diag.message_primary or str(error),
        where=where, constraint=diag.constraint_name or "", table=diag.table_name or "",
    )  # fmt: skip


def _require_unbounded(connection: Connection[Any], statement: str, error: psycopg.Error) -> None:
    """Raise BoundMet where an error says that a statement went as far as it may."""
    if bound := resource_bounds.met(connection, error):
        where = (error.diag.context or "").partition("\n")[0]
        raise BoundMet(statement, bound, where) from None
