"""The operator classes of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


class OperatorClass(NamedTuple):
    """An operator class of an index method."""

    schema: str
    name: str
    method: str
    type: str
    default: bool
    operator_family: str
    """The family that it is in, with its schema."""
    storage: str
    """Type that the index keeps, where it is not that of the column."""
    operators: tuple[str, ...]
    """Number, name and types of each: `1 <(integer,integer)`, perhaps with `for order by …`."""
    functions: tuple[str, ...]
    """Number, name and types of each: `1 btint4cmp(integer,integer)`."""
    owner: str
    comment: str


def _read(source: Source) -> Iterator[OperatorClass]:
    """Yield the operator classes that a user made."""
    for row in source.rows(_HERE / "own_operator_classes.sql"):
        (oid, schema, name, method, type_, default, opfamily, storage, operators, functions,
         owner) = row  # fmt: skip
        if source.own("pg_opclass", oid):
            yield OperatorClass(
                source.schemas[schema], name, method, type_, default, opfamily, storage or "",
                tuple(operators), tuple(functions), source.roles[owner],
                source.comment("pg_opclass", oid),
            )  # fmt: skip


ROWS = (
    Rows(family="operator_classes", read=_read, key=("schema", "name", "method"), outside=True),
)
