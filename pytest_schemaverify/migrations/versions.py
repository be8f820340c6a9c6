"""The versions in the names of migration files, as values that can be compared."""

import re

# A date, and the time behind it as Diesel writes it: 2024-01-31-120000.
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:-(\d{6})(?!\d))?")


def number(version: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts versions by value: 2 before 10, 1.2 before 1.10, 3 before 3a.

    Trailing zero parts count for nothing: 1 and 1.0 are equal, as they are for Flyway. Nor do the
    dashes of a date: for Diesel 2024-01-31-120000 and 20240131120000 are one version.
    """
    parts = [
        (int(digits), suffix)
        for digits, suffix in re.findall(r"(\d+)([a-z]*)", undashed(version), re.I)
    ]
    while len(parts) > 1 and parts[-1] == (0, ""):
        parts.pop()
    return tuple(parts)


def width(version: str) -> int:
    """Return the number of digits that a version begins with, without the dashes of a date."""
    digits = re.match(r"\d+", undashed(version))
    return len(digits.group()) if digits else 0


def undashed(version: str) -> str:
    """Return a version without the dashes of a date."""
    return _DATE.sub(lambda date: "".join(filter(None, date.groups())), version, count=1)
