"""The versions of PostgreSQL that are known here."""

OLDEST = 13
"""The oldest major version that can be started."""
NEWEST = 18
"""The newest one whose catalogs have been judged."""


def newer(version: int) -> tuple[str, ...]:
    """Return a note if a server's version, as in 190000, is newer than all that were judged."""
    major = version // 10000
    if major <= NEWEST:
        return ()
    return (
        f"PostgreSQL {major} is newer than what this version knows, which ends with {NEWEST}:"
        " where a database has objects of kinds that are new, comparisons of whole databases fail",
    )
