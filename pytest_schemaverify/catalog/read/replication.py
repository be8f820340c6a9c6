"""Publications and subscriptions."""

from collections.abc import Iterator

from pytest_schemaverify.catalog.rows.foreign import Digest
from pytest_schemaverify.catalog.rows.replication import Publication, PublishedTable, Subscription

from .source import Source


def publications(source: Source) -> Iterator[Publication]:
    """Yield the publications."""
    for oid, name, owner, everything, commands, via_root, schemas in source.rows("publications"):
        yield Publication(
            name, source.roles[owner], everything, tuple(commands), via_root, tuple(schemas),
            source.comment("pg_publication", oid),
        )  # fmt: skip


def published_tables(source: Source) -> Iterator[PublishedTable]:
    """Yield the tables that publications name."""
    for publication, table, columns, where in source.rows("published_tables"):
        if table in source.relations:
            yield PublishedTable(
                publication, *source.relations[table], source.names(table, columns), where
            )


def subscriptions(source: Source) -> Iterator[Subscription]:
    """Yield the subscriptions of the database."""
    if not (rows := source.rows("subscriptions")):
        return
    readable = source.reader.row(_READABLE)
    digests = dict(source.rows("subscription_connections")) if readable and readable[0] else {}
    for oid, name, owner, enabled, publications, slot, options in rows:
        yield Subscription(
            name, source.roles[owner], enabled, tuple(publications), slot,
            tuple(filter(None, options)),
            Digest("connection", digests[oid]) if oid in digests else None,
            source.comment("pg_subscription", oid),
        )  # fmt: skip


_READABLE = """
    select pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select')
"""
