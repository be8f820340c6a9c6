"""What holds in every transaction that only reads."""

LIMITS = {
    "statement_timeout": 60_000,
    "lock_timeout": 2_000,
    "idle_in_transaction_session_timeout": 600_000,
}
"""What a transaction may take on somebody's server, in milliseconds.

Where the DSN, the role or the database sets less, that counts.
"""

OTHERS = (
    "search_path", "quote_all_identifiers", "datestyle", "intervalstyle", "timezone",
    "extra_float_digits", "bytea_output", "standard_conforming_strings",
)  # fmt: skip
"""Settings that somebody may have left in a session of a pool, and that change what is read.

Each transaction may get another session of the pool, so each sets them to their defaults, which
are what the DSN, the role and the database say.
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
