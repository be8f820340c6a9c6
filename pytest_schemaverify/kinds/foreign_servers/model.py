"""What a file says of foreign servers."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.kinds.user_mappings.model import UserMappings
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import Options, Version


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


SECTION = Section(ForeignServers, "Foreign servers.")
