"""The extended statistics of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import OF_RELATION, Rows, Source
from pytest_schemaverify.kinds.expressions import same_print

_HERE = Path(__file__).parent


# pg_statistic_ext.stxkind. `e`, for expressions, is no kind that CREATE STATISTICS can name.
# https://www.postgresql.org/docs/current/catalog-pg-statistic-ext.html
_STATISTICS = {"d": "ndistinct", "f": "dependencies", "m": "mcv"}


class Statistics(NamedTuple):
    """Extended statistics of a table."""

    schema: str
    table: str
    name: str
    """With its schema where that is not the table's."""
    namespace: str
    owner: str
    kinds: tuple[str, ...]
    columns: tuple[str, ...]
    expressions: tuple[str, ...]
    target: int
    """-1 is the default."""
    comment: str


def _read(source: Source) -> Iterator[Statistics]:
    """Yield the extended statistics."""
    for row in source.rows(_HERE / "statistics.sql"):
        oid, table, schema, name, owner, kinds, columns, expressions, target = row
        if table in source.kept and source.own("pg_statistic_ext", oid):
            of_table = source.relations[table][0] == schema
            yield Statistics(
                *source.relations[table], name if of_table else f"{schema}.{name}",
                schema, source.roles[owner],
                tuple(_STATISTICS[kind] for kind in sorted(kinds) if kind in _STATISTICS),
                source.names(table, columns), tuple(expressions), target,
                source.comment("pg_statistic_ext", oid),
            )  # fmt: skip


ROWS = (
    Rows(
        family="statistics",
        read=_read,
        key=("schema", "table", "name"),
        noun="statistics",
        inside=OF_RELATION,
        texts={"expressions": same_print},
    ),
)
