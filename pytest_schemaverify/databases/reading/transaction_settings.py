"""What holds in every transaction that only reads."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection

LIMITS = {
    "statement_timeout": 60_000,
    "lock_timeout": 2_000,
    "idle_in_transaction_session_timeout": 600_000,
}
"""What a transaction may take on somebody's server, in milliseconds.

Where the DSN, the role or the database sets less, that counts.
"""

WRITTEN = {
    "datestyle": "ISO, MDY", "intervalstyle": "postgres", "timezone": "UTC",
    "extra_float_digits": "1", "bytea_output": "hex", "xmlbinary": "base64",
    "quote_all_identifiers": "off", "lc_monetary": "C", "lc_numeric": "C", "lc_time": "C",
}  # fmt: skip
"""How values and names are written out, whatever the DSN, the role and the database say.

https://www.postgresql.org/docs/current/runtime-config-client.html#RUNTIME-CONFIG-CLIENT-FORMAT
"""

FIXED = {
    **WRITTEN,
    "standard_conforming_strings": "on", "backslash_quote": "safe_encoding", "array_nulls": "on",
    "transform_null_equals": "off", "xmloption": "content", "timezone_abbreviations": "Default",
    "gin_fuzzy_search_limit": "0",
}  # fmt: skip
"""That, how SQL is read, and that all rows are found: one text means the same to everybody.

Each transaction sets them, for it may get another session of a pool, in which somebody has left
something. The search_path is what the DSN, the role and the database say, in each of them.
https://www.postgresql.org/docs/current/runtime-config-compatible.html
"""

DEFAULTS = """
    select name, reset_val from pg_catalog.pg_settings where name = any ($1::text[])
"""
SET = """
    select pg_catalog.count(pg_catalog.set_config(name, value, true))
    from rows from (
        pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])
    )
        as given (name, value)
"""


def limited(name: str, default: str) -> str:
    """Return what a setting has to be; 0 is no limit."""
    if name not in LIMITS:
        return default
    return str(min(int(default) or LIMITS[name], LIMITS[name]))


def have(connection: Connection[Any], settings: Mapping[str, str], *, local: bool = False) -> None:
    """Give settings to a connection to a copy of ours, `local` until the transaction ends."""
    connection.execute(
        "select pg_catalog.set_config(name, value, %s)"
        " from rows from (pg_catalog.unnest(%s::text[]), pg_catalog.unnest(%s::text[]))"
        " as given (name, value)",
        [local, list(settings), list(settings.values())],
    )
