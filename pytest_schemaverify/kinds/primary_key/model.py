"""What a file says of a primary key."""

from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, Tag

from pytest_schemaverify.language.base import Terms
from pytest_schemaverify.language.values import Names, Storage


class PrimaryKey(Terms):
    """A primary key. Short form: its columns."""

    family: ClassVar[str] = "primary_key"

    columns: Names | None = None
    """Its columns, in order; the last one may be `during without overlaps` (PostgreSQL 18)."""
    name: str | None = None
    """Name of the constraint."""
    comment: str | None = None
    """Comment on the constraint; `absent` when there must be none."""
    include: Names | None = None
    """Columns that its index stores beside."""
    with_: Storage | None = Field(None, alias="with")
    """Storage parameters of its index: `{fillfactor: 70}`."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""


def _is_mapping(value: Any) -> str:
    return "mapping" if isinstance(value, (dict, PrimaryKey)) else "columns"


Key = Annotated[
    Annotated[Names, Tag("columns")] | Annotated[PrimaryKey, Tag("mapping")],
    Discriminator(_is_mapping),
]
