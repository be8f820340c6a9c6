"""What is published to other servers, and what is taken from them."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from .base import Listed, Names, Owned, Thing, Things, none_as_empty


class PublishedTable(Thing):
    """A table that a publication names."""

    family: ClassVar[str] = "published_tables"

    columns: Annotated[Names | None, BeforeValidator(none_as_empty)] = None
    """Exact set of the columns that are published; `[]` when that is all of them."""
    where: str | None = None
    """Condition on the rows that are published; `absent` when that is all of them."""


class PublishedTables(Listed):
    """Tables that a publication names. Short form: their list; `[]` for none."""

    family: ClassVar[str] = "published_tables"
    __pydantic_extra__: dict[str, PublishedTable] = Field(init=False)


class Publication(Owned):
    """A publication: what is replicated to those who subscribe to it."""

    family: ClassVar[str] = "publications"

    all_tables: bool | None = None
    """Whether it publishes every table, those to come as well."""
    commands: Names | None = None
    """Exact set of what is published: `insert`, `update`, `delete`, `truncate`."""
    via_root: bool | None = None
    """Whether changes of partitions are published as those of the partitioned table."""
    schemas: Names | None = None
    """Exact set of the schemas of which it publishes every table; `[]` for none."""
    tables: PublishedTables | None = None
    """Tables that it names."""


class Publications(Things):
    """Publications by name."""

    family: ClassVar[str] = "publications"
    __pydantic_extra__: dict[str, Publication] = Field(init=False)


class Subscription(Thing):
    """A subscription of the database. How it connects is never read."""

    family: ClassVar[str] = "subscriptions"

    owner: str | None = None
    """Role that owns it."""
    enabled: bool | None = None
    """Whether changes are taken at present."""
    publications: Names | None = None
    """Exact set of the publications that it subscribes to."""
    slot: str | None = None
    """Name of its replication slot; `absent` when it has none."""


class Subscriptions(Things):
    """Subscriptions by name."""

    family: ClassVar[str] = "subscriptions"
    __pydantic_extra__: dict[str, Subscription] = Field(init=False)
