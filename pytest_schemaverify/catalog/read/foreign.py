"""Foreign data wrappers, servers and tables."""

from collections.abc import Iterator

from pytest_schemaverify.catalog.rows.foreign import (
    Digest,
    ForeignServer,
    ForeignTable,
    Option,
    UserMapping,
    Wrapper,
)

from .source import Source, privileges


def wrappers(source: Source) -> Iterator[Wrapper]:
    """Yield the foreign data wrappers; those of extensions too."""
    for oid, name, owner, handler, validator, options, acl in source.rows("wrappers"):
        catalog = "pg_foreign_data_wrapper"
        yield Wrapper(
            name, source.roles[owner], handler or "", validator or "", _options(options),
            privileges(acl), not source.own(catalog, oid), source.comment(catalog, oid),
        )  # fmt: skip


def servers(source: Source) -> Iterator[ForeignServer]:
    """Yield the foreign servers."""
    for oid, name, owner, wrapper, type_, version, options, acl in source.rows("foreign_servers"):
        yield ForeignServer(
            name, source.roles[owner], wrapper, type_, version, _options(options),
            privileges(acl), source.comment("pg_foreign_server", oid),
        )  # fmt: skip


def user_mappings(source: Source) -> Iterator[UserMapping]:
    """Yield which roles have a login on which server."""
    for server, name, options in source.rows("user_mappings"):
        seen = None if options is None else tuple(Digest(*pair) for pair in options)
        yield UserMapping(server, name, seen)


def tables(source: Source) -> Iterator[ForeignTable]:
    """Yield where the rows of foreign tables are."""
    for table, server, options in source.rows("foreign_tables"):
        if table in source.kept:
            yield ForeignTable(*source.relations[table], server, _options(options))


def _options(items: list[str] | None) -> tuple[Option, ...]:
    pairs = (item.partition("=") for item in items or ())
    return tuple(sorted(Option(name, value) for name, _, value in pairs))
