"""The operators of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source
from pytest_schemaverify.sql.names import quoted

_HERE = Path(__file__).parent


class Operator(NamedTuple):
    """An operator."""

    schema: str
    name: str
    arguments: str
    """Types on both sides, `none` where there is none: `integer, integer`."""
    returns: str
    function: str
    commutator: str
    """Operator that gives the same with both sides exchanged, with its schema; empty for none."""
    negator: str
    restrict: str
    """Function that estimates how many rows satisfy it."""
    join: str
    hashes: bool
    merges: bool
    owner: str
    comment: str

    def altered(self, change: str) -> str:
        """Return the statement that changes it."""
        name = f"{quoted(self.schema)}.{self.name}({self.arguments})"
        return f"alter operator {name} set ({change});"


def _read(source: Source) -> Iterator[Operator]:
    """Yield the operators that a user made."""
    for row in source.rows(_HERE / "operators.sql"):
        (oid, schema, name, left, right, returns, function, commutator, negator, restrict, join,
         hashes, merges, owner) = row  # fmt: skip
        if source.own("pg_operator", oid):
            yield Operator(
                source.schemas[schema], name, f"{left}, {right}", returns, function,
                commutator or "", negator or "", restrict or "", join or "", hashes, merges,
                source.roles[owner], source.comment("pg_operator", oid),
            )  # fmt: skip


ROWS = (Rows(family="operators", read=_read, key=("schema", "name", "arguments"), outside=True),)
