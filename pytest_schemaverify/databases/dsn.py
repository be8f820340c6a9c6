"""Connection strings, and the one function that connects to the databases they name.

https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
"""

import os
import re
from contextlib import nullcontext
from typing import Any

from pytest_schemaverify.errors import DatabaseUnavailable

# Whatever of ours needs psycopg imports this module first.
try:
    import psycopg
    from psycopg import conninfo
except ImportError as error:
    raise DatabaseUnavailable(
        "loading psycopg, which talks to PostgreSQL",
        because=str(error),
        remedy="psycopg has no wheel with libpq for this platform (such as 32 bits), so install"
        " libpq: `apt-get install libpq5`, `apk add libpq` or `brew install libpq`; on Windows it"
        " comes with PostgreSQL, whose folder bin has to be on PATH",
    ) from None

from pytest_schemaverify.databases.connection_errors import one_line, remedy
from pytest_schemaverify.databases.libpq_environment import without_variables
from pytest_schemaverify.databases.unreadable_dsns import (
    is_misread,
    public_parameters,
    require_readable,
)
from pytest_schemaverify.sql.secrets import masked, secret_name

CONNECT_TIMEOUT = 10
"""Seconds to wait for a server, unless the DSN says otherwise. libpq itself waits for ever."""


class Dsn(str):
    """A libpq connection string or URI. Its `repr` hides the password, which the string itself has.

    pytest shows the `repr` of arguments and local variables in its tracebacks.
    """

    __slots__ = ()

    @property
    def dbname(self) -> str:
        """The database's name."""
        return str(conninfo.conninfo_to_dict(self)["dbname"])

    @property
    def secret(self) -> bool:
        """Whether it has a password."""
        return any(map(secret_name, conninfo.conninfo_to_dict(self)))

    def __repr__(self) -> str:
        return f"Dsn({redacted(self)!r})"


class OwnDsn(Dsn):
    """The DSN of a server of ours. Variables of libpq, which are for the user's, do not apply."""

    __slots__ = ()


def redacted(dsn: str) -> str:
    """Return the DSN as key=value pairs, without its passwords."""
    try:
        parameters = conninfo.conninfo_to_dict(dsn)
    except (psycopg.ProgrammingError, ValueError):
        return "(a DSN that cannot be read)"
    if is_misread(parameters):
        return "(a DSN that cannot be read)"
    return conninfo.make_conninfo(
        **{name: masked(v) for name, v in public_parameters(parameters).items()}
    )


def unaddressed(text: str) -> str:
    """Return a message without what says how a server is reached, for those who may not know it."""
    for pattern in _ADDRESSES:
        text = pattern.sub("…", text)
    return _QUOTED.sub("…", text) if _OF_CONNECTION.search(text) else text


# Errors of a connection quote hosts, users, databases and files, in the server's language.
_OF_CONNECTION = re.compile(
    r"^connecting to |connection to server |\bFATAL: |pg_hba\.conf|authentication failed"
)
_QUOTED = re.compile(r"\"[^\"\n]*\"|»[^«\n]*«|«[^»\n]*»|„[^“\n]*“|“[^”\n]*”")
_ADDRESSES = (
    re.compile(r"\bpostgres(?:ql)?(?:\+\w+)?://\S+"),
    # As `redacted` writes a DSN: all of its parameters, if one is among these.
    re.compile(
        r"(?:\b\w+=(?:'[^']*'|\S+) )*\b(?:host|hostaddr|port|user|dbname|service)=(?:'[^']*'|\S+)"
        r"(?: \w+=(?:'[^']*'|\S+))*"
    ),
    # As libpq does: `connection to server at "db" (10.0.0.5), port 5432 failed`.
    re.compile(
        r"(?<=connection to server )(?:at|on socket) \"[^\"]*\"(?: \([^)]*\))?(?:, port \d+)?"
    ),
    # As psycopg does of several: `- host: 'db', port: '5432', hostaddr: '10.0.0.5'`.
    re.compile(r"\bhost: '[^']*', port: [^,\n]*, hostaddr: (?:'[^']*'|\w+)"),
    re.compile(r"(?<=host name )\"[^\"]*\"|(?<=resolve host )'[^']*'"),
)


def location(dsn: str) -> dict[str, str | int]:
    """Return host, port and database of a DSN, without who connects; {} where it lacks one.

    {} also stands for several hosts, of which libpq takes the first that answers.

    Raises ConfigError for a DSN that cannot be read.
    """
    require_readable(dsn, "the DSN")
    found = conninfo.conninfo_to_dict(dsn)
    host, database, port = (str(found.get(key) or "") for key in ("host", "dbname", "port"))
    one = bool(host) and not host.startswith("/") and "," not in host
    if not one or not database or not (port or "5432").isdecimal():
        return {}
    return {"host": host, "port": int(port or 5432), "database": database}


def with_dbname(dsn: str, name: str) -> Dsn:
    """Return the DSN of another database on the same server."""
    kind = OwnDsn if isinstance(dsn, OwnDsn) else Dsn
    return kind(conninfo.make_conninfo(dsn, dbname=name))


def connect(dsn: str, *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    """Return a connection whose client encoding is UTF-8, also where the DSN sets another one.

    Raises ConfigError when the DSN cannot be read or names a service that is not there, and
    DatabaseUnavailable when the server cannot be reached or does not let us in.
    """
    dsn = dsn if isinstance(dsn, Dsn) else Dsn(dsn)
    surroundings = without_variables() if isinstance(dsn, OwnDsn) else nullcontext()
    if not isinstance(dsn, OwnDsn):
        require_readable(dsn, "the DSN")
    problem, unreadable = "", False
    try:
        with surroundings:
            connection = psycopg.connect(
                conninfo.make_conninfo(dsn, **_defaults(dsn)),
                autocommit=autocommit,
                # As psycopg's documentation advises behind PgBouncer, which may give the next
                # transaction another session.
                prepare_threshold=None,
            )
    except psycopg.OperationalError as error:
        problem = one_line(str(error))
    except (psycopg.Error, ValueError):  # psycopg's own, whose text may have parts of the DSN
        unreadable = True
    # Both are raised outside of the handlers. Otherwise psycopg's exception would be the new one's
    # context, with frames whose local variables have the password.
    if unreadable:
        raise DatabaseUnavailable(
            f"connecting to {redacted(dsn)}",
            because="a value of the DSN or of one of libpq's environment variables cannot be read",
            remedy="check the DSN, and variables such as PGCONNECT_TIMEOUT and PGPORT",
        )
    if problem:
        host = str(conninfo.conninfo_to_dict(dsn).get("host") or os.environ.get("PGHOST", ""))
        raise DatabaseUnavailable(
            f"connecting to {redacted(dsn)}", because=problem, remedy=remedy(problem, host)
        )
    return connection


def _defaults(dsn: str) -> dict[str, Any]:
    """Return our parameters, without those that the DSN or a variable of libpq sets."""
    wanted: dict[str, Any] = {
        "fallback_application_name": "pytest-schemaverify",
        # The server's time-outs do not help when the host goes away without a word.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 90_000,  # milliseconds, where the others are seconds
    }
    if "PGCONNECT_TIMEOUT" not in os.environ:
        wanted["connect_timeout"] = CONNECT_TIMEOUT
    given = conninfo.conninfo_to_dict(dsn)
    chosen = {name: value for name, value in wanted.items() if name not in given}
    return {**chosen, "client_encoding": "UTF8"}
