"""What a file says of tablespaces."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.language.base import Owned, Section, Things


class Tablespace(Owned):
    """A tablespace of the cluster."""

    family: ClassVar[str] = "tablespaces"

    grants: Grants | None = None
    """Privileges on it by role: `{app: [create]}`."""


class Tablespaces(Things):
    """Tablespaces by name."""

    family: ClassVar[str] = "tablespaces"
    __pydantic_extra__: dict[str, Tablespace] = Field(init=False)


SECTION = Section(Tablespaces, "Tablespaces of the cluster.")
