"""What a file says of user mappings."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Listed, Thing


class UserMapping(Thing):
    """A role's login on a foreign server; it is never read."""

    family: ClassVar[str] = "user_mappings"


class UserMappings(Listed):
    """Roles that have a login on a foreign server, `public` for all others. Short form: a list."""

    family: ClassVar[str] = "user_mappings"
    __pydantic_extra__: dict[str, UserMapping] = Field(init=False)
