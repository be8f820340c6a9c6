"""The languages of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source, privileges

_HERE = Path(__file__).parent


class Language(NamedTuple):
    """A language for functions."""

    name: str
    owner: str
    trusted: bool
    acl: tuple[str, ...]
    of_extension: bool
    comment: str


def _read(source: Source) -> Iterator[Language]:
    """Yield the languages for functions; those of extensions too."""
    for oid, name, owner, trusted, acl in source.rows(_HERE / "languages.sql"):
        yield Language(
            name, source.roles[owner], trusted, privileges(acl),
            not source.own("pg_language", oid), source.comment("pg_language", oid),
        )  # fmt: skip


ROWS = (Rows(family="languages", read=_read, key=("name",), schemaless=True),)
