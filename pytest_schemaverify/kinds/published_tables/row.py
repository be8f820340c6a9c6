"""The published tables of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source
from pytest_schemaverify.kinds.expressions import same_expression

_HERE = Path(__file__).parent


class PublishedTable(NamedTuple):
    """A table that a publication names."""

    publication: str
    schema: str
    name: str
    columns: tuple[str, ...]
    """Empty where all are published."""
    where: str | None


def _read(source: Source) -> Iterator[PublishedTable]:
    """Yield the tables that publications name."""
    for publication, table, columns, where in source.rows(_HERE / "published_tables.sql"):
        if table in source.relations:
            # prattrs is NULL where all columns are published, and names() makes that no names.
            yield PublishedTable(
                publication, *source.relations[table], source.names(table, columns), where
            )


ROWS = (
    Rows(
        family="published_tables",
        read=_read,
        key=("publication", "schema", "name"),
        noun="published table",
        inside=(("publications",), 1),
        schemaless=True,
        texts={"where": same_expression},
    ),
)
