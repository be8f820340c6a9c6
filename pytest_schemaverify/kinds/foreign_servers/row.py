"""The foreign servers of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.options import Option, options_of
from pytest_schemaverify.catalog.source import Rows, Source, privileges

_HERE = Path(__file__).parent


class ForeignServer(NamedTuple):
    """A foreign server."""

    name: str
    owner: str
    wrapper: str
    type: str
    version: str
    options: tuple[Option, ...]
    acl: tuple[str, ...]
    comment: str


def _read(source: Source) -> Iterator[ForeignServer]:
    """Yield the foreign servers."""
    for oid, name, owner, wrapper, type_, version, options, acl in source.rows(
        _HERE / "foreign_servers.sql"
    ):
        yield ForeignServer(
            name, source.roles[owner], wrapper, type_, version, options_of(options),
            privileges(acl), source.comment("pg_foreign_server", oid),
        )  # fmt: skip


ROWS = (Rows(family="foreign_servers", read=_read, key=("name",), noun="server", schemaless=True),)
