"""The database of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source, privileges

_HERE = Path(__file__).parent


class Database(NamedTuple):
    """The database itself."""

    name: str
    owner: str
    acl: tuple[str, ...]
    comment: str
    connection_limit: int
    """-1 is no limit."""
    template: bool
    tablespace: str
    settings: tuple[str, ...]
    """`alter database … set`, as `name=value`."""
    settings_of_every_role: tuple[str, ...]
    """`alter role all set`, which holds in all databases of the server."""


def _read(source: Source) -> Iterator[Database]:
    """Yield the database itself."""
    for name, owner, acl, comment, limit, template, tablespace, own, all_ in source.rows(
        _HERE / "databases.sql"
    ):
        # Its comment is in pg_shdescription, which Source.comments does not have.
        yield Database(
            name, source.roles[owner], privileges(acl), comment, limit, template,
            source.tablespaces[tablespace], tuple(own), tuple(all_),
        )  # fmt: skip


ROWS = (Rows(family="databases", read=_read, key=("name",), outside=True),)
