"""The parameters of a snapshot on which something is granted."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source, privileges

_HERE = Path(__file__).parent


class Parameter(NamedTuple):
    """A parameter of the server on which something is granted."""

    name: str
    owner: str
    """The superuser that initdb makes, who may do everything."""
    acl: tuple[str, ...]


def _read(source: Source) -> Iterator[Parameter]:
    """Yield the parameters on which something is granted."""
    for name, owner, acl in source.rows(_HERE / "parameters.sql"):
        yield Parameter(name, source.roles[owner], privileges(acl))


ROWS = (Rows(family="parameters", read=_read, key=("name",), outside=True),)
