"""What a file says of tablespaces."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import Storage


class Tablespace(Owned):
    """A tablespace of the cluster."""

    family: ClassVar[str] = "tablespaces"

    location: str | None = None
    """Folder of the server that it is in; `absent` for those that every server has."""
    with_: Storage | None = Field(None, alias="with")
    """Parameters: `{random_page_cost: 1.1}`; `absent` for one that must not be set, `exact: true`
    for no others."""
    grants: Grants | None = None
    """Privileges on it by role: `{app: [create]}`."""


class Tablespaces(Things):
    """Tablespaces by name."""

    family: ClassVar[str] = "tablespaces"
    __pydantic_extra__: dict[str, Tablespace] = Field(init=False)


SECTION = Section(Tablespaces, "Tablespaces of the cluster.")
