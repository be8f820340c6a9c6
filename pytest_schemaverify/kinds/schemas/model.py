"""What a file says of schemas."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.language.base import Owned, Section, Things


class Schema(Owned):
    """A schema."""

    family: ClassVar[str] = "schemas"

    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select, insert], anon: []}`."""


class Schemas(Things):
    """Schemas by name."""

    family: ClassVar[str] = "schemas"
    __pydantic_extra__: dict[str, Schema] = Field(init=False)


SECTION = Section(Schemas, "Schemas.")
