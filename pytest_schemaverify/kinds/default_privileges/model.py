"""What a file says of default privileges."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.default_grants.model import DefaultGrants
from pytest_schemaverify.kinds.schema_defaults.model import SchemasDefaults
from pytest_schemaverify.language.base import Section, Thing, Things


class RoleDefaults(Thing):
    """What holds for objects that one role makes; `absent` where it grants nothing on them."""

    family: ClassVar[str] = "default_privileges"

    in_: SchemasDefaults | None = Field(None, alias="in")
    """What is granted in some schemas, besides what holds in all: `{public: {tables: …}}`."""
    tables: DefaultGrants | None = None
    """Privileges on tables and views, in all schemas."""
    sequences: DefaultGrants | None = None
    """Privileges on sequences, in all schemas."""
    functions: DefaultGrants | None = None
    """Privileges on functions and procedures, in all schemas."""
    types: DefaultGrants | None = None
    """Privileges on types, in all schemas."""
    schemas: DefaultGrants | None = None
    """Privileges on schemas."""
    large_objects: DefaultGrants | None = None
    """Privileges on large objects; since PostgreSQL 18."""


class DefaultPrivileges(Things):
    """Privileges that objects get when they are made, by the role that makes them."""

    family: ClassVar[str] = "default_privileges"
    __pydantic_extra__: dict[str, RoleDefaults] = Field(init=False)


SECTION = Section(
    DefaultPrivileges, "Privileges that new objects get, by the role that makes them."
)
