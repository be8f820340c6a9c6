"""The rows of a snapshot of kinds that are a name and a definition."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent
Definition = tuple[tuple[str, str], ...]
"""Words of its CREATE, each with what it says; functions with their schemas."""


class Word(NamedTuple):
    """A word of a CREATE, and what it says."""

    word: str
    said: str

    def __str__(self) -> str:
        return f"{self.word} {self.said}"


class Owned(NamedTuple):
    """An object in a schema that has an owner: a collation, a conversion, a dictionary."""

    schema: str
    name: str
    definition: Definition
    comment: str
    owner: str


class InSchema(NamedTuple):
    """An object in a schema that has no owner: a parser or a template of text search."""

    schema: str
    name: str
    definition: Definition
    comment: str


class Bare(NamedTuple):
    """An object in no schema: a transform, an access method."""

    name: str
    definition: Definition
    comment: str


# `stopwords = 'english', maxlen = 3`, as serialize_deflist() of PostgreSQL writes it.
_OPTION = re.compile(r"""\s*("(?:[^"]|"")*"|\w+)\s*=\s*(?:E?'((?:[^'\\]|''|\\\\)*)'|([^',]+)),?""")


def _definition(words: list[list[str | None]]) -> Definition:
    found = []
    for word, said in words:
        if word == "":  # all options of a dictionary as one text
            for name, text, number in _OPTION.findall(said or ""):
                value = text.replace("''", "'").replace("\\\\", "\\")
                found.append((name.strip('"'), value or number.strip()))
        elif said:
            found.append((str(word), said))
    return tuple(found)


def _reader(family: str, catalog: str, kind: Any) -> Callable[[Source], Iterator[Any]]:
    def read(source: Source) -> Iterator[Any]:
        for oid, name, words, *rest in source.rows(_HERE / f"{family}.sql"):
            if not source.own(catalog, oid):
                continue
            said = (name, _definition(words), source.comment(catalog, oid))
            schema = [source.schemas[rest[0]]] if rest else []
            owner = [source.roles[rest[1]]] if len(rest) > 1 else []
            yield kind(*schema, *said, *owner)

    read.__annotations__["return"] = Iterator[kind]
    return read


_KINDS = {
    "operator_families": ("pg_opfamily", Owned),
    "collations": ("pg_collation", Owned),
    "conversions": ("pg_conversion", Owned),
    "text_search_parsers": ("pg_ts_parser", InSchema),
    "text_search_templates": ("pg_ts_template", InSchema),
    "text_search_dictionaries": ("pg_ts_dict", Owned),
    "transforms": ("pg_transform", Bare),
    "access_methods": ("pg_am", Bare),
}
ROWS = tuple(
    Rows(
        family=family,
        read=_reader(family, catalog, kind),
        key=("name",) if kind is Bare else ("schema", "name"),
        schemaless=kind is Bare,
        outside=True,  # a state has them among its other objects
    )
    for family, (catalog, kind) in _KINDS.items()
)
