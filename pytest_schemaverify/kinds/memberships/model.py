"""What a file says of memberships."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Listed, Thing


class Membership(Thing):
    """A role that another is a direct member of."""

    family: ClassVar[str] = "memberships"

    admin: bool | None = None
    """Whether it may make others members: `with admin option`."""
    inherit: bool | None = None
    """Whether it has the privileges of that role without `set role`."""
    set: bool | None = None
    """Whether it may `set role` to it. PostgreSQL 16 and later can forbid that."""


class Memberships(Listed):
    """Roles that a role is a direct member of. Short form: their list; `[]` for none."""

    family: ClassVar[str] = "memberships"
    __pydantic_extra__: dict[str, Membership] = Field(init=False)
