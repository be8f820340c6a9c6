"""The roles of a snapshot."""

from collections.abc import Iterator
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source

_INITIAL = 10
"""BOOTSTRAP_SUPERUSERID, in PostgreSQL's src/include/catalog/pg_authid.dat."""


class Role(NamedTuple):
    """A role of the cluster. Passwords are never read."""

    name: str
    superuser: bool
    inherit: bool
    createrole: bool
    createdb: bool
    login: bool
    replication: bool
    bypassrls: bool
    connection_limit: int
    """-1 is no limit."""
    valid_until: str
    """End of its password's validity, in UTC; empty when it has none."""
    settings: tuple[str, ...]
    """`alter role … set`, as `name=value`; what is set for this database overrides the rest."""
    database_settings: tuple[str, ...]
    """Those that are set for this database, by `alter role … in database … set`."""
    comment: str
    initial: bool
    """Whether it is the superuser that initdb has made, which no server is without."""


def _read(source: Source) -> Iterator[Role]:
    """Yield the roles of the cluster."""
    for oid, *attributes, settings, here, comment in source.role_rows:
        # What is set for this database comes last and overrides what is set for all.
        last = dict(setting.split("=", 1) for setting in settings)
        listed = tuple(f"{name}={value}" for name, value in sorted(last.items()))
        yield Role._make((*attributes, listed, tuple(here), comment, oid == _INITIAL))


ROWS = (Rows(family="roles", read=_read, key=("name",), outside=True),)
