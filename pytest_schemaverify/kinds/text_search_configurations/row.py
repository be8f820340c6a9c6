"""The text search configurations of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


class TextSearchConfiguration(NamedTuple):
    """A text search configuration that a user made (pg_ts_config)."""

    schema: str
    name: str
    parser: str
    """With its schema."""
    mappings: tuple[tuple[str, str], ...]
    """Types of tokens, each with a dictionary; those of one type in the order of asking."""
    tokens: tuple[str, ...]
    """The types of tokens that its parser knows."""
    owner: str
    comment: str

    def dictionaries(self, token: str) -> list[str]:
        """Return the dictionaries for a type of tokens, in the order in which they are asked."""
        return [dictionary for alias, dictionary in self.mappings if alias == token]


def _read(source: Source) -> Iterator[TextSearchConfiguration]:
    """Yield the text search configurations that a user made."""
    query = _HERE / "text_search_configurations.sql"
    for oid, schema, name, parser, owner, mappings, tokens in source.rows(query):
        if source.own("pg_ts_config", oid):
            yield TextSearchConfiguration(
                source.schemas[schema], name, parser, tuple(map(tuple, mappings)), tuple(tokens),
                source.roles[owner], source.comment("pg_ts_config", oid),
            )  # fmt: skip


ROWS = (
    Rows(
        family="text_search_configurations",
        read=_read,
        key=("schema", "name"),
        noun="text search configuration",
        outside=True,  # a state has all objects of text search, dictionaries and parsers too
    ),
)
