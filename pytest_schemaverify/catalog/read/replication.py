"""Publications and subscriptions."""

from collections.abc import Iterator

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
    for name, owner, enabled, publications, slot in source.rows("subscriptions"):
        yield Subscription(name, source.roles[owner], enabled, tuple(publications), slot)
