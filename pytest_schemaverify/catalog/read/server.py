"""Schemas and what belongs to the database as a whole."""

from collections.abc import Iterator

from pytest_schemaverify.catalog.rows.server import (
    Database,
    EventTrigger,
    Extension,
    Language,
    Schema,
    Tablespace,
)

from .attached import ENABLED
from .source import Source, privileges


def schemas(source: Source) -> Iterator[Schema]:
    """Yield the schemas that are neither the server's nor an extension's."""
    for oid, name, owner, acl in source.schema_rows:
        if source.own("pg_namespace", oid):
            comment = source.comment("pg_namespace", oid)
            yield Schema(name, source.roles[owner], privileges(acl), comment)


def extensions(source: Source) -> Iterator[Extension]:
    """Yield the installed extensions."""
    for row in source.rows("extensions"):
        yield Extension(*row)


def event_triggers(source: Source) -> Iterator[EventTrigger]:
    """Yield the event triggers; those of extensions too."""
    for oid, name, event, schema, function, tags, enabled, owner in source.rows("event_triggers"):
        yield EventTrigger(
            name, event, f"{schema}.{function}", tuple(sorted(tags or ())), ENABLED[enabled],
            source.roles[owner], not source.own("pg_event_trigger", oid),
            source.comment("pg_event_trigger", oid),
        )  # fmt: skip


def languages(source: Source) -> Iterator[Language]:
    """Yield the languages for functions; those of extensions too."""
    for oid, name, owner, trusted, acl in source.rows("languages"):
        yield Language(
            name, source.roles[owner], trusted, privileges(acl),
            not source.own("pg_language", oid), source.comment("pg_language", oid),
        )  # fmt: skip


def databases(source: Source) -> Iterator[Database]:
    """Yield the database itself."""
    for name, owner, acl, comment in source.rows("databases"):
        yield Database(name, source.roles[owner], privileges(acl), comment)


def tablespaces(source: Source) -> Iterator[Tablespace]:
    """Yield the tablespaces of the cluster."""
    for name, owner, acl, comment in source.rows("all_tablespaces"):
        yield Tablespace(name, source.roles[owner], privileges(acl), comment)
