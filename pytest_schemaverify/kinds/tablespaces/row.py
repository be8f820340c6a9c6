"""The tablespaces of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source, privileges

_HERE = Path(__file__).parent


class Tablespace(NamedTuple):
    """A tablespace of the cluster."""

    name: str
    owner: str
    acl: tuple[str, ...]
    comment: str
    options: tuple[str, ...]
    location: str
    """Folder of the server; empty for those that initdb makes."""


def _read(source: Source) -> Iterator[Tablespace]:
    """Yield the tablespaces of the cluster."""
    for name, owner, acl, comment, options, location in source.rows(_HERE / "all_tablespaces.sql"):
        owned = (name, source.roles[owner], privileges(acl), comment)
        yield Tablespace(*owned, tuple(options or ()), location)


ROWS = (Rows(family="tablespaces", read=_read, key=("name",), outside=True),)
