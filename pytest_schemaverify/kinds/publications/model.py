"""What a file says of publications."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from pytest_schemaverify.kinds.published_tables.model import PublishedTables
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import Names, in_lower_case


class Publication(Owned):
    """A publication: what is replicated to those who subscribe to it."""

    family: ClassVar[str] = "publications"

    all_tables: bool | None = None
    """Whether it publishes every table, those to come as well."""
    commands: Names | None = None
    """Exact set of what is published: `insert`, `update`, `delete`, `truncate`."""
    via_root: bool | None = None
    """Whether changes of partitions are published as those of the partitioned table."""
    generated_columns: Annotated[
        Literal["none", "stored"] | None, BeforeValidator(in_lower_case)
    ] = None
    """Whether the values of stored generated columns are published (PostgreSQL 18)."""
    schemas: Names | None = None
    """Exact set of the schemas of which it publishes every table; `[]` for none."""
    tables: PublishedTables | None = None
    """Tables that it names."""


class Publications(Things):
    """Publications by name."""

    family: ClassVar[str] = "publications"
    __pydantic_extra__: dict[str, Publication] = Field(init=False)


SECTION = Section(Publications, "Publications.")
