"""Read access control lists as the catalog prints them: `alice=r*w/bob`.

https://www.postgresql.org/docs/current/ddl-priv.html#PRIVILEGE-ABBREVS-TABLE
"""

import re
from typing import NamedTuple

PRIVILEGES = {
    "r": "select", "a": "insert", "w": "update", "d": "delete", "D": "truncate",
    "x": "references", "t": "trigger", "m": "maintain", "X": "execute", "U": "usage",
    "C": "create", "c": "connect", "T": "temporary", "s": "set", "A": "alter system",
}  # fmt: skip
"""Letters of a list to the words of `grant`."""
_ITEM = re.compile(r'("(?:[^"]|"")*"|[^=]*)=([a-zA-Z*]*)/(.*)', re.DOTALL)


class Granted(NamedTuple):
    """What one role was given by another."""

    grantee: str
    """`public` for everybody."""
    privileges: tuple[str, ...]
    grantable: frozenset[str]
    """Those of the privileges that the role may give to others."""
    grantor: str


def granted(item: str) -> Granted:
    """Return what one item of a list says. Raises ValueError for a text that is none."""
    match = _ITEM.fullmatch(item)
    if match is None:
        raise ValueError(f"{item!r} is not an item of an access control list")
    grantee, letters, grantor = match.groups()
    found = re.findall(r"([a-zA-Z])(\*?)", letters)
    return Granted(
        _name(grantee) or "public",
        tuple(PRIVILEGES[letter] for letter, _ in found),
        frozenset(PRIVILEGES[letter] for letter, star in found if star),
        _name(grantor),
    )


def _name(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text
