"""What a database has that is in no schema: event triggers, languages, foreign data."""

from typing import Any, ClassVar

from pydantic import Field, model_validator

from .attached import Firing
from .base import Listed, Names, Owned, Terms, Thing, Things, Version
from .rights import Grants

Options = dict[str, str | int | float | bool]


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


class Language(Owned):
    """A language for functions."""

    family: ClassVar[str] = "languages"

    trusted: bool | None = None
    """Whether it keeps its functions from what their callers may not do."""
    grants: Grants | None = None
    """Privileges on it by role: `{public: [usage]}`."""


class Languages(Things):
    """Languages for functions by name; those of extensions too."""

    family: ClassVar[str] = "languages"
    __pydantic_extra__: dict[str, Language] = Field(init=False)


class Wrapper(Owned):
    """A foreign data wrapper."""

    family: ClassVar[str] = "wrappers"

    handler: str | None = None
    """Function that makes it work; `absent` when there must be none."""
    validator: str | None = None
    """Function that looks at options; `absent` when there must be none."""
    options: Options | None = None
    """Options that it has; `absent` for one that it must not have."""
    grants: Grants | None = None
    """Privileges on it by role: `{app: [usage]}`."""


class Wrappers(Things):
    """Foreign data wrappers by name; those of extensions too."""

    family: ClassVar[str] = "wrappers"
    __pydantic_extra__: dict[str, Wrapper] = Field(init=False)


class UserMapping(Thing):
    """A role's login on a foreign server; it is never read."""

    family: ClassVar[str] = "user_mappings"


class UserMappings(Listed):
    """Roles that have a login on a foreign server, `public` for all others. Short form: a list."""

    family: ClassVar[str] = "user_mappings"
    __pydantic_extra__: dict[str, UserMapping] = Field(init=False)


class ForeignServer(Owned):
    """A foreign server."""

    family: ClassVar[str] = "foreign_servers"

    wrapper: str | None = None
    """Its foreign data wrapper: `postgres_fdw`."""
    type: str | None = None
    """Its type; `absent` when there must be none."""
    version: Version | None = None
    """Its version; `absent` when there must be none."""
    options: Options | None = None
    """Options that it has: `{host: db.internal}`; `absent` for one that it must not have."""
    user_mappings: UserMappings | None = None
    """Roles that have a login on it."""
    grants: Grants | None = None
    """Privileges on it by role: `{app: [usage]}`."""


class ForeignServers(Things):
    """Foreign servers by name."""

    family: ClassVar[str] = "foreign_servers"
    __pydantic_extra__: dict[str, ForeignServer] = Field(init=False)


class ForeignTable(Terms):
    """Where the rows of a foreign table are. Short form: its server."""

    family: ClassVar[str] = "foreign_tables"
    part: ClassVar[str] = "foreign_tables"
    implied: ClassVar[tuple[str, ...]] = ("exists",)
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}

    server: str | None = None
    """Its foreign server."""
    options: Options | None = None
    """Options that it has: `{table_name: notes}`; `absent` for one that it must not have."""

    @model_validator(mode="before")
    @classmethod
    def _from_server(cls, value: Any) -> Any:
        return {"server": value} if isinstance(value, str) else value


class Tablespace(Owned):
    """A tablespace of the cluster."""

    family: ClassVar[str] = "tablespaces"

    grants: Grants | None = None
    """Privileges on it by role: `{app: [create]}`."""


class Tablespaces(Things):
    """Tablespaces by name."""

    family: ClassVar[str] = "tablespaces"
    __pydantic_extra__: dict[str, Tablespace] = Field(init=False)
