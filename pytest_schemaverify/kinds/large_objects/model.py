"""What a file says of large objects."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.language.base import Owned, Section, Things


class LargeObject(Owned):
    """A large object; nothing is said of its content."""

    family: ClassVar[str] = "large_objects"

    grants: Grants | None = None
    """Privileges on it by role: `{app: [select, update]}`."""


class LargeObjects(Things):
    """Large objects by their OIDs."""

    family: ClassVar[str] = "large_objects"
    __pydantic_extra__: dict[str, LargeObject] = Field(init=False)


SECTION = Section(LargeObjects, "Large objects by their OIDs, such as a migration makes.")
