"""Connection strings, and the one place that connects to what they name."""

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
"""Seconds to wait for a server, unless the DSN says otherwise."""


class Dsn(str):
    """A libpq connection string or URI; `repr` hides its password, the string itself has it."""

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
    """How to connect to a server of ours: variables for the user's databases have no say in it."""

    __slots__ = ()


def redacted(dsn: str) -> str:
    """Return the DSN as key=value pairs, without its passwords."""
    try:
        parameters = conninfo.conninfo_to_dict(dsn)
    except (psycopg.ProgrammingError, ValueError):
        return "(a DSN that cannot be read)"
    if _misread(parameters):
        return "(a DSN that cannot be read)"
    return conninfo.make_conninfo(**{name: masked(v) for name, v in _open(parameters).items()})


def with_dbname(dsn: str, name: str) -> Dsn:
    """Return the DSN of another database on the same server."""
    kind = OwnDsn if isinstance(dsn, OwnDsn) else Dsn
    return kind(conninfo.make_conninfo(dsn, dbname=name))


def connect(dsn: str, *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    """Return a connection, on which text is UTF-8 whatever the DSN or the environment says.

    Raises ConfigError when the DSN cannot be read and DatabaseUnavailable when no connection
    can be had.
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
                prepare_threshold=None,
            )
    except psycopg.OperationalError as error:
        problem = _one_line(str(error))
    except (psycopg.Error, ValueError):  # psycopg's own, whose text may have parts of the DSN
        unreadable = True
    if unreadable:
        raise DatabaseUnavailable(
            f"connecting to {redacted(dsn)}",
            because="a value of the DSN or of one of libpq's environment variables cannot be read",
            remedy="check the DSN, and variables such as PGCONNECT_TIMEOUT and PGPORT",
        )
    if problem:  # outside of the handler, so that psycopg's frames and their locals are gone
        raise DatabaseUnavailable(
            f"connecting to {redacted(dsn)}", because=problem, remedy=_remedy(problem)
        )
    return connection


def _defaults(dsn: str) -> dict[str, Any]:
    """Return our parameters, which those of the DSN and of libpq's variables take the place of."""
    wanted: dict[str, Any] = {
        "fallback_application_name": "pytest-schemaverify",
        # The server's time-outs do not help when the host goes away without a word.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 90_000,
    }
    if "PGCONNECT_TIMEOUT" not in os.environ:
        wanted["connect_timeout"] = CONNECT_TIMEOUT
    given = conninfo.conninfo_to_dict(dsn)
    chosen = {name: value for name, value in wanted.items() if name not in given}
    return {**chosen, "client_encoding": "UTF8"}


_NUMBERS = ("connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval",
            "keepalives_count", "tcp_user_timeout")  # fmt: skip


def require_readable(dsn: str, what: str) -> None:
    """Refuse what libpq cannot read, or would take apart wrongly, without showing a password.

    `what` is where the DSN was given. Raises ConfigError.
    """
    parameters, because, remedy = {}, _NEITHER, _QUOTING
    try:
        parameters = conninfo.conninfo_to_dict(dsn)
    except (psycopg.ProgrammingError, ValueError) as error:
        because, remedy = _unreadable(dsn, str(error)) or (because, remedy)
    if (dsn and not parameters) or _misread(parameters):
        pass
    elif because := _refused(parameters):
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
_SCHEME = re.compile(r"\s*((?:[a-z][a-z0-9.+-]*:)+//)", re.IGNORECASE)
_UNKNOWN = re.compile(r'invalid (?:URI query parameter:|connection option) "(\w+)"')


def _unreadable(dsn: str, said: str) -> tuple[str, str] | None:
    """Return why libpq cannot read a DSN and what to do; None where that may show a secret."""
    scheme = _SCHEME.match(dsn)
    if scheme is not None and scheme[1] not in ("postgresql://", "postgres://"):
        ours = "postgres" in scheme[1].lower()
        return (
            f"libpq does not know the scheme {scheme[1]}",
            "write postgresql:// in its place; the rest may have to be written as libpq wants it:"
            " postgresql://user:password@host:port/database" if ours
            else "name a PostgreSQL database: postgresql://user@host/database",
        )  # fmt: skip
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


def _refused(parameters: dict[str, Any]) -> str:
    """Return which value libpq would refuse before it connects, "" for none.

    It is asked to begin a connection to a socket that is not there.
    """
    for name in _NUMBERS:
        value = str(parameters.get(name, "0"))
        if not value.strip().removeprefix("-").isdecimal():
            return f"the value of {name} {_NUMBER}"
    hosts = str(parameters.get("hostaddr") or parameters.get("host") or "").split(",")
    tried = _open(parameters) | {"host": ",".join(["/nowhere"] * len(hosts)), "user": "nobody"}
    for name in ("hostaddr", "passfile", "service", "servicefile"):
        tried.pop(name, None)
    with without_variables():
        begun = pq.PGconn.connect_start(conninfo.make_conninfo(**tried).encode())
    said = _one_line(begun.error_message.decode(errors="replace"))
    begun.finish()
    return said if re.match("invalid|could not match", said) else ""


def _open(parameters: dict[str, Any]) -> dict[str, str]:
    """Return what of a DSN is no secret."""
    return {name: str(value) for name, value in parameters.items() if not secret_name(name)}


def _misread(parameters: dict[str, Any]) -> bool:
    """Return whether a part of the password, or of all, has become another parameter."""
    ports = str(parameters.get("port") or "").split(",")
    where = "".join(str(parameters.get(name) or "") for name in ("host", "hostaddr", "dbname"))
    others = [value for name, value in _open(parameters).items() if name != "options"]
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
"""What to do about a failed connection, by a part of libpq's or the server's message."""


def _remedy(message: str) -> str:
    if "database" in message and "does not exist" in message:
        return "check the database's name in the DSN (dbname=… or the URI's path)"
    if "role" in message and "does not exist" in message:
        return "check the user's name in the DSN"
    lowered = message.lower()
    return next((remedy for part, remedy in REMEDIES if part.lower() in lowered), "check the DSN")


def _one_line(message: str) -> str:
    """Return the server's reason; libpq repeats itself for each address of a host."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    reasons = [line for line in lines if not line.startswith(("Multiple connection", "- host"))]
    return (reasons or lines or ["the server gave no reason"])[0]
