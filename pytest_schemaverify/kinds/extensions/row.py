"""The extensions of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


class Extension(NamedTuple):
    """An installed extension."""

    name: str
    version: str
    schema: str
    owner: str


def _read(source: Source) -> Iterator[Extension]:
    """Yield the installed extensions."""
    for name, version, schema, owner in source.rows(_HERE / "extensions.sql"):
        yield Extension(name, version, schema, source.roles[owner])


def _portable(row: Extension, catalog: Catalog) -> Extension:
    return row._replace(version="", owner="")


ROWS = (Rows(family="extensions", read=_read, key=("name",), schemaless=True, portable=_portable),)
