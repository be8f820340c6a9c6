"""The operators of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


class Operator(NamedTuple):
    """An operator."""

    schema: str
    name: str
    arguments: str
    """Types on both sides, `none` where there is none: `integer, integer`."""
    returns: str
    function: str
    owner: str
    comment: str


def _read(source: Source) -> Iterator[Operator]:
    """Yield the operators that a user made."""
    for oid, schema, name, left, right, returns, function, owner in source.rows(
        _HERE / "operators.sql"
    ):
        if source.own("pg_operator", oid):
            yield Operator(
                source.schemas[schema], name, f"{left}, {right}", returns, function,
                source.roles[owner], source.comment("pg_operator", oid),
            )  # fmt: skip


ROWS = (Rows(family="operators", read=_read, key=("schema", "name", "arguments"), outside=True),)
