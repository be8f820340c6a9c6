"""The foreign data wrappers of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.options import Option, options_of
from pytest_schemaverify.catalog.source import Rows, Source, privileges

_HERE = Path(__file__).parent


class Wrapper(NamedTuple):
    """A foreign data wrapper."""

    name: str
    owner: str
    handler: str
    validator: str
    options: tuple[Option, ...]
    acl: tuple[str, ...]
    of_extension: bool
    comment: str


def _read(source: Source) -> Iterator[Wrapper]:
    """Yield the foreign data wrappers; those of extensions too."""
    for oid, name, owner, handler, validator, options, acl in source.rows(_HERE / "wrappers.sql"):
        catalog = "pg_foreign_data_wrapper"
        yield Wrapper(
            name, source.roles[owner], handler or "", validator or "", options_of(options),
            privileges(acl), not source.own(catalog, oid), source.comment(catalog, oid),
        )  # fmt: skip


ROWS = (
    Rows(
        family="wrappers", read=_read, key=("name",), noun="foreign data wrapper", schemaless=True
    ),
)
