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


class EventTrigger(NamedTuple):
    """An event trigger."""

    name: str
    event: str
    function: str
    tags: tuple[str, ...]
    enabled: str
    """`origin`, `replica`, `always` or `disabled`."""
    owner: str
    of_extension: bool
    comment: str


class Language(NamedTuple):
    """A language for functions."""

    name: str
    owner: str
    trusted: bool
    acl: tuple[str, ...]
    of_extension: bool
    comment: str


class Database(NamedTuple):
    """The database itself."""

    name: str
    owner: str
    acl: tuple[str, ...]
    comment: str


class Tablespace(NamedTuple):
    """A tablespace of the cluster."""

    name: str
    owner: str
    acl: tuple[str, ...]
    comment: str
