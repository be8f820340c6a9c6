"""Access control lists, as the catalog prints them: `anon=r*w/postgres`.

https://www.postgresql.org/docs/current/ddl-priv.html#PRIVILEGE-ABBREVS-TABLE
"""

import re
from collections.abc import Iterable, Mapping

from pytest_schemaverify.sql.lexical import QUOTED

PRIVILEGES: Mapping[str, str] = {
    "r": "select", "a": "insert", "w": "update", "d": "delete", "D": "truncate",
    "x": "references", "t": "trigger", "m": "maintain", "X": "execute", "U": "usage",
    "C": "create", "c": "connect", "T": "temporary", "s": "set", "A": "alter system",
}  # fmt: skip
# The letters stand in the order in which privileges are shown: select, insert, update, delete.
KINDS: Mapping[str, str] = {
    "table": "rawdDxtm", "view": "rawdDxtm", "sequence": "rwU", "function": "X", "schema": "UC",
    "type": "U", "language": "U", "foreign server": "U", "foreign data wrapper": "U",
    "column": "rawx", "database": "CTc", "large object": "rw",
    "tablespace": "C", "parameter": "sA",
}  # fmt: skip
"""The privileges that there are on a kind of object."""
EVERYONE = "public"
"""Stands for PUBLIC, which every role is a member of. No role can have this name."""
MAINTAIN = 170000
"""The first version with the privilege MAINTAIN, which `grant all` includes."""
# The server puts a name in quotes that has other signs than letters, digits and `_`.
_ITEM = re.compile(rf"({QUOTED}|[^=]*)=([A-Za-z*]*)/.*", re.DOTALL)

Held = Mapping[str, bool]
"""Privileges, and whether each may be passed on to others."""


def possible(kind: str, server_version: int) -> tuple[str, ...]:
    """Return the privileges that there are on a kind of object."""
    letters = KINDS[kind]
    if server_version < MAINTAIN:
        letters = letters.replace("m", "")
    return tuple(PRIVILEGES[letter] for letter in letters)


def granted(acl: Iterable[str]) -> dict[str, dict[str, bool]]:
    """Return the privileges of each role, granted by any role."""
    found: dict[str, dict[str, bool]] = {}
    for item in acl:
        parts = parted(item)
        if parts is None:
            raise ValueError(f"{item!r} is not an item of an access control list")
        holder, letters = parts
        held = found.setdefault(holder or EVERYONE, {})
        for letter, option in re.findall(r"(\w)(\*?)", letters):
            privilege = PRIVILEGES[letter]
            held[privilege] = held.get(privilege, False) or bool(option)
    return found


def parted(item: str) -> tuple[str, str] | None:
    """Return the role of an item of an access control list, "" for PUBLIC, and its letters.

    None is returned for a text that is no such item. Names without quotes are as they are, unlike
    in SQL.
    """
    match = _ITEM.fullmatch(item)
    if match is None:
        return None
    name = match[1]
    return name[1:-1].replace('""', '"') if name.startswith('"') else name, match[2]
