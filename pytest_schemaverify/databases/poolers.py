"""Poolers, by the hosts and ports at which providers run them."""

import re

_TRANSACTIONS = "in transaction mode, so each transaction may run in another session"
_POOLERS = (
    (r".*\.pooler\.supabase\.com", "6543", f"Supabase's pooler, {_TRANSACTIONS}"),
    (r".*\.pooler\.supabase\.com", "5432", "Supabase's pooler, in session mode"),
    (r"db\..*\.supabase\.co", "6543", f"the project's PgBouncer, {_TRANSACTIONS}"),
    (r"[\w-]+-pooler\..*\.neon\.tech", r"\d+", f"Neon's PgBouncer, {_TRANSACTIONS}"),
    (r"pooled\.db\.prisma\.io", r"\d+", f"Prisma's PgBouncer, {_TRANSACTIONS}"),
)
"""Patterns of host and port, and what runs there.

https://supabase.com/docs/guides/database/connecting-to-postgres
https://neon.com/docs/connect/connection-pooling
"""


def note(host: str, port: int | str) -> str:
    """Return a line about the pooler that a connection goes through, "" where none is known."""
    for where, number, what in _POOLERS:
        if re.fullmatch(where, host.lower()) and re.fullmatch(number, str(port)):
            return f"port {port} of {host} is {what}; what is read here is the same"
    return ""
