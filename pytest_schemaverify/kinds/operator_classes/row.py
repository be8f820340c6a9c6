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
    owner: str
    comment: str


def _read(source: Source) -> Iterator[OperatorClass]:
    """Yield the operator classes that a user made."""
    for oid, schema, name, method, type_, default, owner in source.rows(
        _HERE / "own_operator_classes.sql"
    ):
        if source.own("pg_opclass", oid):
            yield OperatorClass(
                source.schemas[schema], name, method, type_, default, source.roles[owner],
                source.comment("pg_opclass", oid),
            )  # fmt: skip


ROWS = (
    Rows(family="operator_classes", read=_read, key=("schema", "name", "method"), outside=True),
)
