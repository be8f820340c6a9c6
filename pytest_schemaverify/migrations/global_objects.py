"""Statements about what all databases of a server share: roles, tablespaces, slots.

PostgreSQL's name for it is global objects (pg_dumpall --globals-only); these catalogs have
pg_class.relisshared.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.psql_commands import parts
from pytest_schemaverify.sql.lexical import without_comments

_NAME = r"(?:\"[^\"]*\"|[\w%$]+)"
_SHARED = re.compile(
    r"\b(?:create|alter|drop)\s+(?:role|group|tablespace|subscription|system"
    r"|user(?!\s+mapping\b))\b"
    r"|\b(?:create|drop)\s+database\b"
    r"|\bcomment\s+on\s+(?:role|tablespace)\b"
    r"|\bsecurity\s+label\s[^;]{0,200}?\bon\s+(?:role|tablespace)\b"
    r"|\b(?:drop|reassign)\s+owned\b"
    r"|\b(?:grant|revoke)\s+(?:\w+\s+option\s+for\s+)?"
    rf"{_NAME}(?:\s*,\s*{_NAME})*\s+(?:to|from)\s+{_NAME}"  # a role, not rights `on` something
    # Bounded, as a list of tables without ON would be searched to the end from each `grant`.
    r"|\b(?:grant|revoke)\s[^;]{0,200}?\bon\s+(?:parameter|tablespace)\b"
    r"|\bpg_(?:create|drop|copy)_\w*replication_slot\b|\bpg_replication_origin_\w+",
    re.IGNORECASE,
)
"""Such statements, also as texts of dynamic SQL: `execute format('drop role %I', …)`.

`alter database` is none: copies have names of their own.
"""


_SUBSCRIBES = re.compile(r"\bcreate\s+subscription\b", re.IGNORECASE)
"""Copies of a database have no subscriptions, which are in the shared catalog pg_subscription."""


def shared(migrations: Iterable[Migration]) -> str:
    """Return the first file and statement about global objects, for a message; '' for none."""
    return _first_match(migrations, _SHARED)


def subscribes(migrations: Iterable[Migration]) -> str:
    """Return the first file that creates a subscription, for a message; '' for none."""
    return _first_match(migrations, _SUBSCRIBES)


def words(migrations: Iterable[Migration]) -> frozenset[str]:
    """Return all that may be a name in the files: each word, as it is and in small letters."""
    found = {word for text in _texts(migrations) for word in _WORD.findall(text)}
    return frozenset({*found, *map(str.lower, found)})


_WORD = re.compile(r'(?<=")[^"]+(?=")|[\w$]+')


def _texts(migrations: Iterable[Migration]) -> Iterator[str]:
    for migration in migrations:
        with suppress(MigrationFailed):  # applying it says so
            yield from (part.text for part in parts(migration))


def _first_match(migrations: Iterable[Migration], wanted: re.Pattern[str]) -> str:
    for migration in migrations:
        with suppress(MigrationFailed):  # applying it says so
            for part in parts(migration):
                if found := wanted.search(without_comments(part.text)):
                    return f"{part} says `{' '.join(found.group().split())}`"
    return ""
