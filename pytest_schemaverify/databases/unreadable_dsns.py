"""DSNs that libpq cannot read or would read wrongly: what is wrong, and what to write.

No message has a part that may belong to a password.
"""

import os
import re
from contextlib import suppress
from difflib import get_close_matches
from typing import Any, NamedTuple

import psycopg
from psycopg import conninfo, pq

from pytest_schemaverify.databases.connection_errors import one_line
from pytest_schemaverify.databases.foreign_dsns import replacement
from pytest_schemaverify.databases.libpq_environment import without_variables
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.settings.paths import content, expanded
from pytest_schemaverify.settings.values import SCHEMES_OF_LIBPQ
from pytest_schemaverify.sql.secrets import secret_name


class _Mistake(NamedTuple):
    because: str
    remedy: str


def require_readable(dsn: str, what: str) -> None:
    """Raise ConfigError for a DSN that libpq cannot read, or would read wrongly.

    `what` says where the DSN was given. The error shows no part that may belong to a password.
    """
    mistake = _mistake(dsn)
    if mistake is not None:
        raise ConfigError(
            f"reading {what} (not shown, it may hold a password)",
            because=mistake.because,
            remedy=mistake.remedy,
        )


def _mistake(dsn: str) -> _Mistake | None:
    if found := _by_form(dsn):
        return found
    try:
        parameters = conninfo.conninfo_to_dict(dsn)
    except (psycopg.ProgrammingError, ValueError) as error:
        return _unknown_parameter(dsn, str(error)) or _badly_written(dsn)
    # libpq takes blanks for a DSN that sets nothing, and connects to its defaults.
    if (dsn and not parameters) or is_misread(parameters):
        return _badly_written(dsn)
    return _of_pairs(parameters) or _refused(parameters) or _unknown_service(parameters)


_EXAMPLE = "postgresql://user@host:5432/database"
# What is in front of a DSN, or in its place, where something was copied or not filled in.
_FORMS: tuple[tuple[str, str, str], ...] = (
    (r"[\"'\u2018\u201c].*", "it begins with a quote", "leave the quotes around the DSN out"),
    (r"psql\s.*", "it begins with the command psql", "leave psql and the quotes out"),
    (r"(?:export\s+)?(\w+)(?:\s*=\s*|:\s+)[\"']?[\w+]+://.*", "{0}= stands in front of the DSN",
     "write only what stands behind {0}="),
    (r"\$\{?(\w+)\}?|%(\w+)%|\{\{.*\}\}", "nothing has filled in the variable",
     "write --schema-dsn-env={0}, which takes the name of the variable that has the DSN"),
    (r"(?:eyJ|sbp_|sb_)[\w.-]+", "that is a key of an API, and no connection string",
     f"copy the connection string: {_EXAMPLE}; at Supabase it is behind the button Connect"),
    (r"https?://.*", "that is the address of a website or of an API, and no database",
     f"copy the connection string: {_EXAMPLE}; at Supabase it is behind the button Connect"),
    (r"prisma(?:\+postgres)?://.*", "that leads to Prisma's own service, and not to PostgreSQL",
     f"take the direct connection string of the database: {_EXAMPLE}"),
    (r"postgres(?:ql)?:/?(?!/).*|jdbc:postgresql:(?!//).*",
     "two slashes are missing behind postgresql:", f"write {_EXAMPLE}"),
    (r"postgres(?:ql)?//.*", "a colon is missing in front of the two slashes", f"write {_EXAMPLE}"),
)  # fmt: skip
_KEYWORDS = frozenset(one.keyword.decode() for one in pq.Conninfo.get_defaults())
_PLACEHOLDER = re.compile(
    r"(?<=[:/=@'.])(?:(?P<known>\[?YOUR[-_]PASSWORD\]?|\[?PROJECT-REF\]?|\[YOUR-PROJECT-REF\])"
    r"|(?i:[<\[{][\w -]*(?:password|user|host|port|database|project|region|ref)[\w -]*[>\]}])"
    r"|\*{3,})(?=[@:/?'.\s]|$)"
)
# A program that reads no shell, such as pytest, fills in neither.
_VARIABLE = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)\}|\{\{[^}]*\}\}")


def _by_form(dsn: str) -> _Mistake | None:
    """Return the mistake that a text shows by its form, without reading it as libpq does."""
    # What libpq reads as a URI has none of these forms.
    for pattern, because, remedy in () if dsn.startswith(SCHEMES_OF_LIBPQ) else _FORMS:
        found = re.fullmatch(pattern, dsn.strip(), re.IGNORECASE | re.DOTALL)
        if found and not (found.lastindex and found[1] in _KEYWORDS):
            name = next(filter(None, found.groups()), "DATABASE_URL")
            return _Mistake(because.format(name), remedy.format(name))
    scheme = re.match(r"((?:[a-z][a-z0-9.+-]*:)+//)", dsn.strip(), re.IGNORECASE)
    if scheme and scheme[1] not in SCHEMES_OF_LIBPQ:
        return _Mistake(
            f"libpq does not know the scheme {scheme[1]}", f"name a PostgreSQL database: {_EXAMPLE}"
        )
    if found := _VARIABLE.search(dsn):
        return _Mistake(
            f"nothing fills in {found[0] if found[1] else '{{…}}'} here",
            "write the value, or put the whole DSN into a variable and name it:"
            " --schema-dsn-env=DATABASE_URL",
        )
    if found := _PLACEHOLDER.search(dsn):
        return _Mistake(
            f"{found['known'] or 'a placeholder'} is still in it, where something of yours belongs",
            "write your own in its place, without brackets; a password may be left out, if"
            " PGPASSWORD or ~/.pgpass has it",
        )
    return None


_ENCODED = {"@": "%40", "/": "%2F", "?": "%3F", " ": "%20", "%": "%25"}
_NO_PORT = re.compile(r"(?:\[[^\]]*\]|[^/?:\[]*):(?!\d*(?:[/?,]|$))")


def _badly_written(dsn: str) -> _Mistake:
    """Return why libpq cannot read a DSN whose message may show a part of the password."""
    if not dsn.strip().startswith(SCHEMES_OF_LIBPQ):
        return _no_pairs(dsn)
    rest = dsn.strip().partition("://")[2]
    login, _, where = rest.rpartition("@")
    user, _, password = login.partition(":")
    for what, text in (("password", password), ("user name", user)):
        plain = re.sub("%[0-9a-fA-F]{2}", "", text)
        odd = {
            ("a blank" if one == " " else one): _ENCODED[one] for one in _ENCODED if one in plain
        }
        if odd:
            each = " and ".join(f"{code} for {one}" for one, code in odd.items())
            return _Mistake(
                f"its {what} has {' and '.join(odd)}, which means something else in a URI",
                f"write {each} in the {what}"
                + (", or leave the password out and set PGPASSWORD" if text == password else ""),
            )
    if where.endswith(";"):
        return _Mistake("it ends with a semicolon", "leave the semicolon out")
    if " " in where:
        return _Mistake("it has a blank, which ends a URI", "write %20 for each blank")
    if "[" in where and "]" not in where:
        return _Mistake("a bracket in the host is not closed", "write an IPv6 address as [::1]")
    if _NO_PORT.match(where):
        return _Mistake(
            "what stands behind the : of the host is no number of a port",
            f"write {_EXAMPLE}, and user:password@ in front of the host",
        )
    return _Mistake("libpq cannot read it", f"write it as {_EXAMPLE}")


def _no_pairs(dsn: str) -> _Mistake:
    """Return why a text that is no URI is no list of pairs either."""
    if "=" in dsn and ";" in dsn:
        return _Mistake(
            "its parts are separated by semicolons, as .NET writes it",
            "put blanks between the parts: host=… port=… user=… dbname=…",
        )
    if "=" in dsn:
        return _Mistake(
            "a value in it has a blank, @ or another sign that ends it, or a port is no number",
            "put values with blanks into single quotes: host=… port=5432 dbname=… password='…'",
        )
    if re.search(r"[@/:]", dsn):
        return _Mistake("it does not say that it is a URI", "write postgresql:// in front of it")
    return _Mistake(
        "it is neither a postgresql:// URI nor key=value pairs",
        f"write {_EXAMPLE} or host=… dbname=…; service=NAME for a service of pg_service.conf;"
        " --schema-dsn-env=NAME for the variable that has the DSN",
    )


def _of_pairs(parameters: dict[str, Any]) -> _Mistake | None:
    """Return what is wrong with values that libpq takes, and that cannot be meant."""
    host = str(parameters.get("host") or "")
    if re.fullmatch(r"[\w.-]+:\d+", host):
        return _Mistake("its host has a port behind it", "write host=… port=…")
    named = (str(parameters.get(name) or "") for name in ("host", "user", "dbname"))
    if any(value.endswith(",") for value in named):
        return _Mistake("a comma ends one of its values", "put blanks alone between the parts")
    return None


_UNKNOWN = re.compile(r'invalid (?:URI query parameter:|connection option) "([\w-]+)"')


def _unknown_parameter(dsn: str, said: str) -> _Mistake | None:
    """Return what is wrong with a parameter that libpq does not know; None where it is a secret."""
    # What libpq takes for a parameter may be the rest of a password with a space or a `?` in it. So
    # the name is passed on only where it stands in front of a `=`, and where what is around it
    # cannot be a password.
    unknown = _UNKNOWN.match(said)
    place = unknown and re.search(rf"(?:^|[\s?&]){re.escape(unknown[1])}\s*=\s*([^\s&]*)", dsn)
    if not unknown or not place or ";" in dsn or "@" in dsn[place.start(1) :]:
        return None
    because = f"libpq knows no parameter {unknown[1]}"
    behind_secret = any(map(secret_name, re.findall(r"(\w+)\s*=", dsn[: place.start()])))
    if wanted := replacement(unknown[1], place[1]):
        if behind_secret:
            wanted = wanted.replace(f"%3D{place[1]}", "%3DNAME")
        return _Mistake(because, f"write {wanted} in its place, which is what it means")
    if behind_secret:
        return None  # it may be a part of the password
    near = get_close_matches(unknown[1].lower(), _KEYWORDS, n=1)
    remedy = f"did you mean {near[0]}?" if near else "leave it out: it belongs to another tool"
    return _Mistake(because, remedy)


_NUMBERS = ("connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval",
            "keepalives_count", "tcp_user_timeout")  # fmt: skip
_VALUES = {
    "sslmode": "write one of disable, allow, prefer, require, verify-ca, verify-full; require"
    " checks no certificate, as no-verify elsewhere",
    "port number": "write a number from 1 to 65535",
    "target_session_attrs": "write one of any, read-write, read-only, primary, standby",
}


def _refused(parameters: dict[str, Any]) -> _Mistake | None:
    """Return the value that libpq refuses before it connects.

    libpq itself is asked, so that no list of its values has to be kept: it begins a connection to a
    socket that is not there.
    """
    # It reads these only after it has connected.
    for name in _NUMBERS:
        value = str(parameters.get(name, "0"))
        if not value.strip().removeprefix("-").isdecimal():
            return _Mistake(
                f"the value of {name} is not a whole number", f"write for example {name}=10"
            )
    hosts = str(parameters.get("hostaddr") or parameters.get("host") or "").split(",")
    tried = public_parameters(parameters) | {
        "host": ",".join(["/nowhere"] * len(hosts)),
        "user": "nobody",
    }
    # They would have libpq connect to a host, or read files.
    for name in ("hostaddr", "passfile", "service", "servicefile"):
        tried.pop(name, None)
    with without_variables():
        begun = pq.PGconn.connect_start(conninfo.make_conninfo(**tried).encode())
    said = one_line(begun.error_message.decode(errors="replace"))
    begun.finish()
    if not re.match("invalid|could not match", said):
        return None
    usual = "write one of the values that PostgreSQL's documentation of the parameter has"
    return _Mistake(said, next((_VALUES[one] for one in _VALUES if one in said), usual))


def _unknown_service(parameters: dict[str, Any]) -> _Mistake | None:
    """Return that no file of services has the one that the DSN or PGSERVICE names."""
    name = str(parameters.get("service") or os.environ.get("PGSERVICE", ""))
    if not name:
        return None
    # What is given goes before what the file says, so that libpq connects to nothing.
    tried = conninfo.make_conninfo(service=name, host="/nowhere", hostaddr="", user="nobody")
    begun = pq.PGconn.connect_start(tried.encode())
    said = one_line(begun.error_message.decode(errors="replace"))
    begun.finish()
    if not any(one in said for one in _OF_SERVICES):
        return None
    file = expanded(os.environ.get("PGSERVICEFILE", "~/.pg_service.conf"))
    there: list[str] = []
    with suppress(OSError):
        there = re.findall(r"^\[(.+)\]", content(file).decode(errors="replace"), re.MULTILINE)
    if _OF_SERVICES[0] not in said:
        return _Mistake(said, f"check PGSERVICEFILE, and what {file} says of {name}")
    if near := get_close_matches(name, there, n=1):
        return _Mistake(said, f"write service={near[0]}; there are {', '.join(there)}")
    return _Mistake(said, f"write [{name}] into {file}, with host, port, dbname and user below it")


_OF_SERVICES = ("definition of service", "service file")
"""Parts of libpq's messages about a service, before it has connected to anything."""


def public_parameters(parameters: dict[str, Any]) -> dict[str, str]:
    """Return the parameters of a DSN that are no secrets."""
    return {name: str(value) for name, value in parameters.items() if not secret_name(name)}


def is_misread(parameters: dict[str, Any]) -> bool:
    """Return whether libpq has taken a part of the password for another parameter."""
    # libpq reads `//me:pa/ss@host/db` as the port `pa` and the database `ss@host/db`,
    # `//me:a@b@host` as the host `b@host`, and `host=db;password=x` as one host.
    ports = str(parameters.get("port") or "").split(",")
    where = "".join(str(parameters.get(name) or "") for name in ("host", "hostaddr", "dbname"))
    others = [value for name, value in public_parameters(parameters).items() if name != "options"]
    numbers = all(part.isdecimal() for part in ports if part)
    return not numbers or "@" in where or any(";" in value for value in others)
