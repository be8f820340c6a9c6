"""Schemas and what belongs to the database as a whole."""

from collections.abc import Iterator

from pytest_schemaverify.catalog.model import DefaultPrivileges, Extension, Publication, Schema

from .source import Source, privileges

_DEFAULT_PRIVILEGES = {"r": "tables", "S": "sequences", "f": "functions", "T": "types",
                       "n": "schemas", "L": "large objects"}  # fmt: skip


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


def publications(source: Source) -> Iterator[Publication]:
    """Yield the publications."""
    for name, everything, commands, tables in source.rows("publications"):
        yield Publication(name, everything, tuple(commands), tuple(tables))


def default_privileges(source: Source) -> Iterator[DefaultPrivileges]:
    """Yield what `alter default privileges` has set."""
    for role, schema, kind, acl in source.rows("default_privileges"):
        yield DefaultPrivileges(
            source.roles[role], schema, _DEFAULT_PRIVILEGES[kind], privileges(acl)
        )
