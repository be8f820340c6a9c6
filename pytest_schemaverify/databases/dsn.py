"""Connection strings, and the one function that connects to the databases they name.

https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
"""

import os
import re
from contextlib import nullcontext
from difflib import get_close_matches
from typing import Any, LiteralString

import psycopg
from psycopg import conninfo, pq

from pytest_schemaverify.databases.libpq_environment import without_variables
from pytest_schemaverify.errors import ConfigError, DatabaseUnavailable
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
    if _is_misread(parameters):
        return "(a DSN that cannot be read)"
    return conninfo.make_conninfo(
        **{name: masked(v) for name, v in _public_parameters(parameters).items()}
    )


def with_dbname(dsn: str, name: str) -> Dsn:
    """Return the DSN of another database on the same server."""
    kind = OwnDsn if isinstance(dsn, OwnDsn) else Dsn
    return kind(conninfo.make_conninfo(dsn, dbname=name))


def connect(dsn: str, *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    """Return a connection whose client encoding is UTF-8, also where the DSN sets another one.

    Raises ConfigError when the DSN cannot be read, and DatabaseUnavailable when the server cannot
    be reached or does not let us in.
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
        problem = _one_line(str(error))
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
        raise DatabaseUnavailable(
            f"connecting to {redacted(dsn)}", because=problem, remedy=_remedy(problem)
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


_NUMBERS = ("connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval",
            "keepalives_count", "tcp_user_timeout")  # fmt: skip


def require_readable(dsn: str, what: str) -> None:
    """Raise ConfigError for a DSN that libpq cannot read, or would read wrongly.

    `what` says where the DSN was given. The error shows no part that may belong to a password.
    """
    parameters, because, remedy = {}, _NEITHER, _QUOTING
    try:
        parameters = conninfo.conninfo_to_dict(dsn)
    except (psycopg.ProgrammingError, ValueError) as error:
        because, remedy = _unreadable_part(dsn, str(error)) or (because, remedy)
    # libpq takes blanks for a DSN that sets nothing, and connects to its defaults.
    if (dsn and not parameters) or _is_misread(parameters):
        pass
    elif because := _refused_value(parameters):
        remedy = "write one of the values that PostgreSQL's documentation of the parameter has"
        if because.endswith(_NUMBER):
            remedy = f"write for example {because.split()[3]}=10"
    else:
        return
    raise ConfigError(
        f"reading {what} (not shown, it may hold a password)", because=because, remedy=remedy
    )


_NEITHER = "it is neither a postgresql:// URI nor key=value pairs"
_QUOTING = (
    "name it as postgresql://user@host/database or as host=… dbname=…; write @ as %40, : as %3A,"
    " / as %2F, ? as %3F and % as %25 inside the password of a URI; in key=value pairs, put values"
    " with spaces into single quotes, and spaces, not semicolons, between the pairs"
)
_NUMBER = "is not a whole number"
# SQLAlchemy writes postgresql+psycopg://, and JDBC jdbc:postgresql://.
_SCHEME = re.compile(r"\s*((?:[a-z][a-z0-9.+-]*:)+//)", re.IGNORECASE)
_UNKNOWN = re.compile(r'invalid (?:URI query parameter:|connection option) "(\w+)"')


def _unreadable_part(dsn: str, said: str) -> tuple[str, str] | None:
    """Return why libpq cannot read a DSN, and the remedy; None where that may show a secret."""
    scheme = _SCHEME.match(dsn)
    if scheme is not None and scheme[1] not in ("postgresql://", "postgres://"):
        ours = "postgres" in scheme[1].lower()
        return (
            f"libpq does not know the scheme {scheme[1]}",
            "write postgresql:// in its place; the rest may have to be written as libpq wants it:"
            " postgresql://user:password@host:port/database" if ours
            else "name a PostgreSQL database: postgresql://user@host/database",
        )  # fmt: skip
    # What libpq takes for a parameter may be the rest of a password with a space or a `?` in it. So
    # the name is passed on only where it stands in front of a `=`, and where what is around it
    # cannot be a password.
    unknown = _UNKNOWN.match(said)
    place = unknown and re.search(rf"(?:^|[\s?&]){unknown[1]}\s*=", dsn)
    if not unknown or not place or ";" in dsn or "@" in dsn[place.end() :]:
        return None
    if any(map(secret_name, re.findall(r"(\w+)\s*=", dsn[: place.start()]))):
        return None  # it may be a part of the password
    known = [one.keyword.decode() for one in pq.Conninfo.get_defaults()]
    near = get_close_matches(unknown[1], known, n=1)
    return (
        f"libpq knows no parameter {unknown[1]}",
        f"did you mean {near[0]}?" if near else "leave it out: it belongs to another tool",
    )


def _refused_value(parameters: dict[str, Any]) -> str:
    """Return the reason why libpq refuses a value before it connects, "" for none.

    libpq itself is asked, so that no list of its values has to be kept: it begins a connection to a
    socket that is not there.
    """
    # It reads these only after it has connected.
    for name in _NUMBERS:
        value = str(parameters.get(name, "0"))
        if not value.strip().removeprefix("-").isdecimal():
            return f"the value of {name} {_NUMBER}"
    hosts = str(parameters.get("hostaddr") or parameters.get("host") or "").split(",")
    tried = _public_parameters(parameters) | {
        "host": ",".join(["/nowhere"] * len(hosts)),
        "user": "nobody",
    }
    # They would have libpq connect to a host, or read files.
    for name in ("hostaddr", "passfile", "service", "servicefile"):
        tried.pop(name, None)
    with without_variables():
        begun = pq.PGconn.connect_start(conninfo.make_conninfo(**tried).encode())
    said = _one_line(begun.error_message.decode(errors="replace"))
    begun.finish()
    return said if re.match("invalid|could not match", said) else ""


def _public_parameters(parameters: dict[str, Any]) -> dict[str, str]:
    """Return the parameters of a DSN that are no secrets."""
    return {name: str(value) for name, value in parameters.items() if not secret_name(name)}


def _is_misread(parameters: dict[str, Any]) -> bool:
    """Return whether libpq has taken a part of the password for another parameter."""
    # libpq reads `//me:pa/ss@host/db` as the port `pa` and the database `ss@host/db`,
    # `//me:a@b@host` as the host `b@host`, and `host=db;password=x` as one host.
    ports = str(parameters.get("port") or "").split(",")
    where = "".join(str(parameters.get(name) or "") for name in ("host", "hostaddr", "dbname"))
    others = [value for name, value in _public_parameters(parameters).items() if name != "options"]
    numbers = all(part.isdecimal() for part in ports if part)
    return not numbers or "@" in where or any(";" in value for value in others)


REMEDIES: tuple[tuple[LiteralString, str], ...] = (
    ("password authentication failed", "check user and password in the DSN"),
    (
        "no password supplied",
        "put the password into PGPASSWORD or ~/.pgpass, or into the DSN",
    ),
    ("no pg_hba.conf entry", "the server does not admit this user, database or address"),
    ("server does not support SSL", "the server has no TLS; remove sslmode=require from the DSN"),
    ("certificate verify failed", "check sslmode and sslrootcert in the DSN"),
    ("too many clients", "the server is full; try again or raise its max_connections"),
    ("remaining connection slots", "the server is full; try again or raise its max_connections"),
    ("the database system is", "the server is starting or stopping; try again in a moment"),
    ("timeout", "check host and port, and whether a firewall lets this machine through"),
    ("Connection refused", "check host and port, and that the server is running"),
    ("No such file or directory", "no server listens on that socket; check host, and that it runs"),
    ("translate host name", "check the spelling of the host"),
    ("resolve host", "check the spelling of the host"),
    ("local user with ID", "name the user in the DSN (user=…) or in PGUSER"),
    ("Name or service not known", "check the spelling of the host"),
)
"""Remedies of failed connections, by a part of libpq's or the server's message in English.

libpq has no SQLSTATE for a connection that failed. The first part that fits is taken.
"""


def _remedy(message: str) -> str:
    if "database" in message and "does not exist" in message:
        return "check the database's name in the DSN (dbname=… or the URI's path)"
    if "role" in message and "does not exist" in message:
        return "check the user's name in the DSN"
    lowered = message.lower()
    return next((remedy for part, remedy in REMEDIES if part.lower() in lowered), "check the DSN")


def _one_line(message: str) -> str:
    """Return the server's reason in one line."""
    # libpq writes one line for each address of a host, mostly with the same reason, and psycopg
    # puts a line in front of them ("Multiple connection attempts failed").
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    reasons = [line for line in lines if not line.startswith(("Multiple connection", "- host"))]
    return (reasons or lines or ["the server gave no reason"])[0]
