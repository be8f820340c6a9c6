"""Values of settings, as users write them."""

import re
from typing import Any

SCHEMES = re.compile(
    r"(?:jdbc:|r2dbc:(?:pool:)?)?(?:postgres|postgresql|postgis|ecto|asyncpg|psycopg2?)(?:\+\w+)?://",
    re.IGNORECASE,
)
"""Schemes of URIs that name a PostgreSQL database: of SQLAlchemy, Django, Ecto and Java."""
SCHEMES_OF_LIBPQ = ("postgresql://", "postgres://")
"""Those that libpq itself reads."""

# https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES
_UNITS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(rf"\s*(\d+(?:\.\d+)?)\s*({'|'.join(_UNITS)})?\s*")


def milliseconds(text: str) -> int:
    """Return the milliseconds of a duration as PostgreSQL writes it, 0 for another text.

    A number without a unit is milliseconds, as for PostgreSQL's own time-outs.
    """
    found = _DURATION.fullmatch(text)
    return round(float(found[1]) * _UNITS[found[2] or "ms"]) if found else 0


def percent(text: str) -> int | None:
    """Return a whole number from 0 to 100, None for another text."""
    found = text.strip().removesuffix("%").rstrip()
    return int(found) if found.isdecimal() and int(found) <= 100 else None


def blank(value: Any) -> bool:
    """Return whether a value is empty: blanks, an empty list, or a list with an empty element."""
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, (list, tuple)) and (not value or any(map(blank, value)))
