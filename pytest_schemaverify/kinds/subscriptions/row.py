"""The subscriptions of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.options import Digest
from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


# Users may not read the column by default, as it may have a password in plain text:
# https://www.postgresql.org/docs/current/catalog-pg-subscription.html
_READABLE = """
    select pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select')
"""


class Subscription(NamedTuple):
    """A subscription. Its connection string is never read as it is."""

    name: str
    owner: str
    enabled: bool
    publications: tuple[str, ...]
    slot: str
    options: tuple[str, ...]
    """Options that differ from their defaults."""
    connection: Digest | None
    """None for those who may not read it."""
    comment: str


def _read(source: Source) -> Iterator[Subscription]:
    """Yield the subscriptions of the database."""
    # Most databases have none, and then nothing else is asked.
    if not (rows := source.rows(_HERE / "subscriptions.sql")):
        return
    readable = source.reader.row(_READABLE)
    digests = (
        {name: known for name, *known in source.rows(_HERE / "subscription_connections.sql")}
        if readable and readable[0]
        else {}
    )
    for oid, name, owner, enabled, publications, slot, options in rows:
        # Before PostgreSQL 14 the first has no OID where two databases have one of that name.
        number, digest = digests.get(name, (oid, None))
        yield Subscription(
            name, source.roles[owner], enabled, tuple(publications), slot,
            tuple(filter(None, options)),
            None if digest is None else Digest("connection", digest),
            source.comment("pg_subscription", number),
        )  # fmt: skip


ROWS = (Rows(family="subscriptions", read=_read, key=("name",), schemaless=True),)
