"""The extensions of a snapshot."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import Rows, Source
from pytest_schemaverify.errors import Refused

_HERE = Path(__file__).parent


class Extension(NamedTuple):
    """An installed extension."""

    name: str
    version: str
    schema: str
    owner: str
    comment: str


class FirstComment(NamedTuple):
    """The comment that CREATE EXTENSION gives an installed extension."""

    name: str
    comment: str


def _read(source: Source) -> Iterator[Extension]:
    """Yield the installed extensions."""
    for name, version, schema, owner, comment in source.rows(_HERE / "extensions.sql"):
        yield Extension(name, version, schema, source.roles[owner], comment)


def _first_comments(source: Source) -> Iterable[FirstComment]:
    """Return the first comments of the installed extensions whose control files can be read."""
    found: list[tuple[str, str]] = []
    with suppress(Refused), source.reader.undone():
        found = source.rows(_HERE / "first_comments.sql")
    return (FirstComment(*row) for row in found)


def first_comment(name: str, catalog: Catalog) -> str | None:
    """Return the comment that CREATE EXTENSION gives; None where that cannot be read."""
    found = catalog.find("first_comments", (name,))
    return None if found is None else str(found.comment)


def _portable(row: Extension, catalog: Catalog) -> Extension:
    # The comment comes from the control file, so that another version may have another.
    return row._replace(version="", owner="", comment="")


ROWS = (
    Rows(family="extensions", read=_read, key=("name",), schemaless=True, portable=_portable),
    # They are the server's. Only what is about the whole database asks for them.
    Rows(family="first_comments", read=_first_comments, key=("name",), outside=True),
)
