"""What a file says of wrappers."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import Options


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


SECTION = Section(Wrappers, "Foreign data wrappers.")
