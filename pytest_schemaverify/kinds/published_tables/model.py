"""What a file says of published tables."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Listed, Thing
from pytest_schemaverify.language.values import NamesOrNone, Sql


class PublishedTable(Thing):
    """A table that a publication names."""

    family: ClassVar[str] = "published_tables"

    columns: NamesOrNone = None
    """Exact set of the columns that are published; `[]` when that is all of them."""
    where: Sql | None = None
    """Condition on the rows that are published; `absent` when that is all of them."""


class PublishedTables(Listed):
    """Tables that a publication names. Short form: their list; `[]` for none."""

    family: ClassVar[str] = "published_tables"
    __pydantic_extra__: dict[str, PublishedTable] = Field(init=False)
