"""What a file says of subscriptions."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Section, Thing, Things
from pytest_schemaverify.language.values import Names


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


SECTION = Section(Subscriptions, "Subscriptions.")
