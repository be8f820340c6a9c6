"""What a file says of schema defaults."""

from typing import ClassVar

from pydantic import Field

from pytest_schemaverify.kinds.default_grants.model import DefaultGrants
from pytest_schemaverify.language.base import Thing, Things


class SchemaDefaults(Thing):
    """What holds in one schema, besides what holds in all; `absent` where that is nothing."""

    family: ClassVar[str] = "schema_defaults"

    tables: DefaultGrants | None = None
    """Privileges on tables and views."""
    sequences: DefaultGrants | None = None
    """Privileges on sequences."""
    functions: DefaultGrants | None = None
    """Privileges on functions and procedures."""
    types: DefaultGrants | None = None
    """Privileges on types."""


class SchemasDefaults(Things):
    """What holds for objects that the role makes, by schema."""

    family: ClassVar[str] = "schema_defaults"
    __pydantic_extra__: dict[str, SchemaDefaults] = Field(init=False)
