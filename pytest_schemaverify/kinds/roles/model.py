"""What a file says of roles."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.memberships.model import Memberships
from pytest_schemaverify.language.base import Described, Section, Things
from pytest_schemaverify.language.values import Settings


class Role(Described):
    """A role of the cluster."""

    family: ClassVar[str] = "roles"

    superuser: bool | None = None
    """Whether no privilege is checked for it at all."""
    login: bool | None = None
    """Whether it can log in."""
    createdb: bool | None = None
    """Whether it may create databases."""
    createrole: bool | None = None
    """Whether it may create roles."""
    bypassrls: bool | None = None
    """Whether row-level security does not apply to it."""
    replication: bool | None = None
    """Whether it may start replication, and read everything that way."""
    inherit: bool | None = None
    """Whether new memberships give it their privileges without `set role`."""
    connection_limit: int | None = None
    """Number of connections that it may have at once; -1 for no limit."""
    valid_until: str | None = None
    """End of its password's validity, a date or a time; `absent` when there must be none."""
    settings_: Settings | None = Field(None, alias="settings")
    """Settings that it starts with: `{statement_timeout: 8s}`; `absent` for one that it must not
    have, `exact: true` for no others."""
    database_settings: Settings | None = None
    """Those of them that hold in this database alone, by `alter role … in database … set`."""
    member_of: Memberships | None = None
    """Roles that it is a direct member of."""


class Roles(Things):
    """Roles by name."""

    family: ClassVar[str] = "roles"
    __pydantic_extra__: dict[str, Role] = Field(init=False)


SECTION = Section(Roles, "Roles of the cluster.")
