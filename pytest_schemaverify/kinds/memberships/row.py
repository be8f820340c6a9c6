"""The memberships of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


class Membership(NamedTuple):
    """A role that is a direct member of another."""

    role: str
    name: str
    """The role that it is a member of."""
    admin: bool
    inherit: bool
    set: bool


def _read(source: Source) -> Iterator[Membership]:
    """Yield the direct memberships."""
    for row in source.rows(_HERE / "memberships.sql"):
        yield Membership(*row)


ROWS = (Rows(family="memberships", read=_read, key=("role", "name"), outside=True),)
