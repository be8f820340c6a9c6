"""The large objects of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source, privileges

_HERE = Path(__file__).parent


class LargeObject(NamedTuple):
    """A large object, without its content."""

    name: str
    """Its OID, by which everybody calls it."""
    owner: str
    acl: tuple[str, ...]
    comment: str


def _read(source: Source) -> Iterator[LargeObject]:
    """Yield all large objects."""
    for number, owner, acl, comment in source.rows(_HERE / "large_objects.sql"):
        yield LargeObject(number, source.roles[owner], privileges(acl), comment)


ROWS = (
    Rows(
        family="large_objects",
        read=_read,
        key=("name",),
        schemaless=True,
        outside=True,  # a state has a digest of them and of their content
        asked=True,
    ),
)
