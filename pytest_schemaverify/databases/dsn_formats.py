"""A connection string in the form of a URI, and of Django's settings."""

from typing import Any
from urllib.parse import quote, urlencode

from psycopg import conninfo

_IN_FRONT = ("user", "password", "dbname")


def url(dsn: str, scheme: str = "postgresql") -> str:
    """Return a DSN as a URI, with its password."""
    # The folder of a socket is the parameter `host`: behind `@` it has to be written with %2F,
    # which not every library understands.
    given = {name: str(value) for name, value in conninfo.conninfo_to_dict(dsn).items() if value}
    user, password, dbname = (quote(given.get(name, ""), safe="") for name in _IN_FRONT)
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    rest = {name: value for name, value in given.items() if name not in _IN_FRONT}
    query = f"?{urlencode(rest, quote_via=quote)}" if rest else ""
    return f"{scheme}://{login}/{dbname}{query}"


def django(dsn: str) -> dict[str, Any]:
    """Return a DSN as an entry of Django's DATABASES."""
    given = {name: str(value) for name, value in conninfo.conninfo_to_dict(dsn).items() if value}
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    entry = {there: given.pop(here, "") for here, there in (*names.items(), ("port", "PORT"))}
    return {"ENGINE": "django.db.backends.postgresql", **entry, "OPTIONS": given}
