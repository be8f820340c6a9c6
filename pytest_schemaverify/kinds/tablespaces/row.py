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


def _read(source: Source) -> Iterator[Tablespace]:
    """Yield the tablespaces of the cluster."""
    for name, owner, acl, comment in source.rows(_HERE / "all_tablespaces.sql"):
        yield Tablespace(name, source.roles[owner], privileges(acl), comment)


ROWS = (Rows(family="tablespaces", read=_read, key=("name",), outside=True),)
