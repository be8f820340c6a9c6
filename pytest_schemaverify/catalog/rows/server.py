"""Schemas and what belongs to the database as a whole."""

from typing import NamedTuple


class Schema(NamedTuple):
    """A schema that is neither the server's nor an extension's."""

    name: str
    owner: str
    acl: tuple[str, ...]
    comment: str


class Extension(NamedTuple):
    """An installed extension."""

    name: str
    version: str
    schema: str


class Publication(NamedTuple):
    """A publication and what it publishes."""

    name: str
    all_tables: bool
    commands: tuple[str, ...]
    tables: tuple[str, ...]


class DefaultPrivileges(NamedTuple):
    """What `alter default privileges` has set."""

    role: str
    schema: str
    kind: str
    acl: tuple[str, ...]
