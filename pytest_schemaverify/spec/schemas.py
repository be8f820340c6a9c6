"""What a database has besides tables: schemas, extensions, functions."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from .base import Names, Owned, Thing, Things, in_lower_case, none_as_empty
from .rights import Grants


class Extension(Thing):
    """An installed extension. Short form: its version, `vector: ">= 0.5"`."""

    family: ClassVar[str] = "extensions"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(lambda text: {"version": text})

    version: str | None = None
    """Installed version: `"0.8.0"`, `">= 0.5"`, `">= 0.5, < 1"`."""
    schema_: str | None = Field(None, alias="schema")
    """Schema that holds the extension's objects."""


class Extensions(Things):
    """Extensions by name."""

    family: ClassVar[str] = "extensions"
    __pydantic_extra__: dict[str, Extension] = Field(init=False)


class Schema(Owned):
    """A schema."""

    family: ClassVar[str] = "schemas"

    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select, insert], anon: []}`."""


class Schemas(Things):
    """Schemas by name."""

    family: ClassVar[str] = "schemas"
    __pydantic_extra__: dict[str, Schema] = Field(init=False)


class Function(Owned):
    """A function or procedure."""

    family: ClassVar[str] = "functions"

    returns: str | None = None
    """Result: a type, `setof <type>`, `trigger`, or `table` for any `returns table (…)`."""
    security: Annotated[Literal["invoker", "definer"] | None, BeforeValidator(in_lower_case)] = None
    """Whose rights it runs with."""
    search_path: str | None = None
    """Value that it pins: `""`, `"pg_catalog, public"`; `absent` when it must pin none."""
    language: str | None = None
    """Language: `sql`, `plpgsql`."""
    volatility: Annotated[
        Literal["immutable", "stable", "volatile"] | None, BeforeValidator(in_lower_case)
    ] = None
    """What the planner may assume."""
    execute: Annotated[Names | None, BeforeValidator(none_as_empty)] = None
    """Roles that can execute it, by whatever way, and no others; `public` is everyone, `none`
    nobody. Superusers and the owner always can."""
    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select, insert], anon: []}`."""


class Functions(Things):
    """Functions by signature, `f(text, integer)`; the name alone where it is not overloaded."""

    family: ClassVar[str] = "functions"
    __pydantic_extra__: dict[str, Function] = Field(init=False)
