"""The languages of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source, privileges
from pytest_schemaverify.kinds.defined.row import Word

_HERE = Path(__file__).parent


class Language(NamedTuple):
    """A language for functions."""

    name: str
    owner: str
    trusted: bool
    definition: tuple[Word, ...]
    """Words of its CREATE, each with the function that stands there."""
    acl: tuple[str, ...]
    of_extension: bool
    comment: str


def _read(source: Source) -> Iterator[Language]:
    """Yield the languages for functions; those of extensions too."""
    for oid, name, owner, trusted, *functions, acl in source.rows(_HERE / "languages.sql"):
        words = zip(("handler", "inline", "validator"), functions, strict=True)
        definition = tuple(Word(word, said) for word, said in words if said)
        yield Language(
            name, source.roles[owner], trusted, definition, privileges(acl),
            not source.own("pg_language", oid), source.comment("pg_language", oid),
        )  # fmt: skip


ROWS = (Rows(family="languages", read=_read, key=("name",), schemaless=True),)
