"""The user mappings of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.options import Digest
from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


class UserMapping(NamedTuple):
    """A role's login on a foreign server; the login itself is never read as it is."""

    server: str
    name: str
    options: tuple[Digest, ...] | None
    """None for those who may not read them."""


def _read(source: Source) -> Iterator[UserMapping]:
    """Yield which roles have a login on which server."""
    for server, name, options in source.rows(_HERE / "user_mappings.sql"):
        # What a login is, is never read: the query makes digests of the options.
        seen = None if options is None else tuple(Digest(*pair) for pair in options)
        yield UserMapping(server, name, seen)


ROWS = (
    Rows(
        family="user_mappings",
        read=_read,
        key=("server", "name"),
        noun="user mapping",
        inside=(("foreign_servers",), 1),
        schemaless=True,
    ),
)
