"""What a file says of event triggers."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.triggers.model import Firing
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import Names


class EventTrigger(Owned):
    """An event trigger."""

    family: ClassVar[str] = "event_triggers"

    event: str | None = None
    """When it fires: `ddl_command_end`, `sql_drop`."""
    function: str | None = None
    """Function that it calls: `log_ddl()`."""
    tags: Names | None = None
    """Exact set of the commands that it is for: `[create table]`; `[]` for all."""
    enabled: bool | Firing | None = None
    """Whether it fires in an ordinary session; or `origin`, `replica`, `always`, `disabled`."""


class EventTriggers(Things):
    """Event triggers by name."""

    family: ClassVar[str] = "event_triggers"
    __pydantic_extra__: dict[str, EventTrigger] = Field(init=False)


SECTION = Section(EventTriggers, "Event triggers.")
