"""Settings of every transaction that only reads."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection

LIMITS = {
    "statement_timeout": 60_000,
    "lock_timeout": 2_000,
    "idle_in_transaction_session_timeout": 600_000,
}
"""What a transaction may take of an existing server, in milliseconds.

If the DSN, the role or the database sets less, that holds.
"""

WRITTEN = {
    "datestyle": "ISO, MDY", "intervalstyle": "postgres", "timezone": "UTC",
    "extra_float_digits": "1", "bytea_output": "hex", "xmlbinary": "base64",
    "quote_all_identifiers": "off", "lc_monetary": "C", "lc_numeric": "C", "lc_time": "C",
}  # fmt: skip
"""Settings that decide how values and names are printed, for every DSN, role and database the same.

https://www.postgresql.org/docs/current/runtime-config-client.html#RUNTIME-CONFIG-CLIENT-FORMAT
"""

FIXED = {
    **WRITTEN,
    "standard_conforming_strings": "on", "backslash_quote": "safe_encoding", "array_nulls": "on",
    "transform_null_equals": "off", "xmloption": "content", "timezone_abbreviations": "Default",
    "gin_fuzzy_search_limit": "0",
}  # fmt: skip
"""The same, and settings that decide how SQL is read and whether all rows are found.

Each transaction sets them, since it may get a session of a pool in which another client has changed
them. The search_path is as the DSN, the role and the database have it.
https://www.postgresql.org/docs/current/runtime-config-compatible.html
"""

# reset_val is what the DSN, the role and the database say. The setting itself may be what another
# client of the pool has left.
DEFAULTS = """
    select name, reset_val from pg_catalog.pg_settings where name = any ($1::text[])
"""
# One statement for all, since each takes a round trip to a server that may be far away.
SET = """
    select pg_catalog.count(pg_catalog.set_config(name, value, true))
    from rows from (
        pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])
    )
        as given (name, value)
"""


def stricter(name: str, default: str) -> str:
    """Return the value to set: for a time-out the stricter of the two, where 0 is no limit."""
    if name not in LIMITS:
        return default
    return str(min(int(default) or LIMITS[name], LIMITS[name]))


def apply_settings(
    connection: Connection[Any], settings: Mapping[str, str], *, local: bool = False
) -> None:
    """Give settings to a connection to a database of ours, `local` until the transaction ends."""
    connection.execute(
        "select pg_catalog.set_config(name, value, %s)"
        " from rows from (pg_catalog.unnest(%s::text[]), pg_catalog.unnest(%s::text[]))"
        " as given (name, value)",
        [local, list(settings), list(settings.values())],
    )
