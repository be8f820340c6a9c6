"""What libpq and servers say of a connection that failed, and what to do about it."""

import re
from typing import LiteralString

_SESSION = (
    "that host has an IPv6 address alone, and this machine reaches none: copy the string of the"
    " session pooler from Supabase's page Connect, postgresql://postgres.PROJECT:…@….pooler."
    "supabase.com:5432/postgres"
)
_FULL = "the server is full; try again or raise its max_connections"
_BARRED = (
    "the server does not admit this user, database or address; where sslmode=disable is set, it may"
    " only want sslmode=require"
)
_SUPABASE_HOST = re.compile(r"\bdb\.\w+\.supabase\.co\b")
_SUPABASE = re.compile(r"\.supabase\.(?:co|com)$")
_UNREACHED = ("unreachable", "Cannot assign", "translate host name", "resolve host", "No address",
              "not known", "address family")  # fmt: skip

REMEDIES: tuple[tuple[LiteralString, str], ...] = (
    ("password authentication failed", "check user and password in the DSN"),
    (
        "no password supplied",
        "put the password into PGPASSWORD or ~/.pgpass, or into the DSN",
    ),
    ("SSL required", "the server wants an encrypted connection: add sslmode=require to the DSN"),
    ("SSL connection is required", "add sslmode=require to the DSN"),
    ("pg_hba.conf rejects", _BARRED),
    ("no pg_hba.conf entry", _BARRED),
    ("requires a valid client certificate", "name yours with sslcert and sslkey in the DSN"),
    ("server does not support SSL", "the server has no TLS; remove sslmode=require from the DSN"),
    ("root certificate file", "name the server's authority with sslrootcert=FILE, or write"
     " sslrootcert=system"),
    ("does not match host name", "the certificate is another host's: write the host's own name"),
    ("certificate verify failed", "check sslmode and sslrootcert in the DSN"),
    ("has group or world access", "chmod 600 the file that it names"),
    ("SSL negotiation", "what listens on that port is no PostgreSQL; check host and port"),
    ("expected authentication request", "what listens on that port is no PostgreSQL; check host"
     " and port"),
    ("Tenant or user not found", "the pooler knows no such project: the user is"
     " postgres.PROJECT, and the host is the one on Supabase's page Connect"),
    ("max clients", "the pooler is full; try again, or take its transaction mode on port 6543"),
    ("unsupported startup parameter", "the pooler does not pass it on: take options out of the DSN"
     " and of PGOPTIONS"),
    ("not permitted to log in", "name a role that may: alter role … login"),
    ("permission denied for database", "grant connect on database … to …"),
    ("too many connections", "another session of that role or database has to end first"),
    ("too many clients", _FULL),
    ("remaining connection slots", _FULL),
    ("the database system is", "the server is starting or stopping; try again in a moment"),
    ("timeout", "check host and port, and whether a firewall lets this machine through"),
    ("Connection refused", "check host and port, and that the server is running"),
    ("No such file or directory", "no server listens on that socket; check host, and that it runs"),
    ("closed the connection unexpectedly", "check host and port, and see the server's log"),
    ("unreachable", "this machine has no way to that address; check host, network and VPN"),
    ("Cannot assign requested address", "check host; this machine may have no IPv6"),
    ("translate host name", "check the spelling of the host"),
    ("resolve host", "check the spelling of the host"),
    ("local user with ID", "name the user in the DSN (user=…) or in PGUSER"),
    ("Name or service not known", "check the spelling of the host"),
)  # fmt: skip
"""Remedies of failed connections, by a part of libpq's or the server's message in English.

libpq has no SQLSTATE for a connection that failed. The first part that fits is taken.
"""


def remedy(message: str, host: str) -> str:
    """Return what to do about a connection to a host that failed with a message."""
    lowered = message.lower()
    if "database" in message and "does not exist" in message:
        return "check the database's name in the DSN (dbname=… or the URI's path)"
    if "role" in message and "does not exist" in message:
        return "check the user's name in the DSN"
    if _SUPABASE_HOST.search(host) and any(one.lower() in lowered for one in _UNREACHED):
        return _SESSION
    if "password authentication failed" in message and _SUPABASE.search(host):
        return (
            "check user and password in the DSN; the brackets of [YOUR-PASSWORD] are no part of it"
        )
    return next((remedy for part, remedy in REMEDIES if part.lower() in lowered), "check the DSN")


def one_line(message: str) -> str:
    """Return the server's reason in one line."""
    # libpq writes one line for each address of a host, mostly with the same reason, and psycopg
    # puts a line in front of them ("Multiple connection attempts failed").
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    reasons = [line for line in lines if not line.startswith(("Multiple connection", "- host"))]
    return (reasons or lines or ["the server gave no reason"])[0]
