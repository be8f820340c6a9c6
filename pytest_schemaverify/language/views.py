"""Views, materialized views and sequences."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from .attached import RewriteRules
from .base import Names, Owned, Storage, Things, in_lower_case
from .columns import Columns
from .indexes import Indexes
from .rights import Grants
from .triggers import Triggers


def _is_mapping(value: Any) -> str:
    return "mapping" if isinstance(value, (dict, Columns)) else "names"


ViewColumns = Annotated[
    Annotated[Names, Tag("names")] | Annotated[Columns, Tag("mapping")],
    Discriminator(_is_mapping),
]


def _definition(text: str) -> dict[str, Any]:
    return {"definition": text}


class View(Owned):
    """A view. Short form: its query."""

    family: ClassVar[str] = "views"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(_definition)

    columns: ViewColumns | None = None
    """All of its columns in order, `[id, name]`; or some of them with what holds of each."""
    definition: str | None = None
    """Its query, compared by what the server makes of it."""
    security_invoker: bool | None = None
    """Whether it reads its tables with the rights of whoever reads it (PostgreSQL 15)."""
    security_barrier: bool | None = None
    """Whether its own conditions come before those of a query."""
    check_option: Annotated[
        Literal["local", "cascaded", "absent"] | None, BeforeValidator(in_lower_case)
    ] = None
    """Whether rows written through it must be visible in it; `absent` when they need not."""
    triggers: Triggers | None = None
    """Expected triggers."""
    rewrite_rules: RewriteRules | None = None
    """Expected rules, as `create rule` makes them."""
    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select], anon: []}`. One on a column of it counts
    too, unless `columns` says it: `{email: {grants: {anon: [select]}}}`."""


class Views(Things):
    """Views by name, or by `schema.name`."""

    family: ClassVar[str] = "views"
    __pydantic_extra__: dict[str, View] = Field(init=False)


class MaterializedView(Owned):
    """A materialized view. Short form: its query."""

    family: ClassVar[str] = "materialized_views"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(_definition)

    columns: ViewColumns | None = None
    """All of its columns in order, `[id, name]`; or some of them with what holds of each."""
    definition: str | None = None
    """Its query, compared by what the server makes of it."""
    populated: bool | None = None
    """Whether it has been filled, so that it can be read."""
    with_: Storage | None = Field(None, alias="with")
    """Storage parameters: `{fillfactor: 70}`."""
    indexes: Indexes | None = None
    """Expected indexes."""
    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select], anon: []}`. One on a column of it counts
    too, unless `columns` says it: `{email: {grants: {anon: [select]}}}`."""


class MaterializedViews(Things):
    """Materialized views by name, or by `schema.name`."""

    family: ClassVar[str] = "materialized_views"
    __pydantic_extra__: dict[str, MaterializedView] = Field(init=False)


class Sequence(Owned):
    """A sequence."""

    family: ClassVar[str] = "sequences"

    type: str | None = None
    """Type of its values: `bigint`, `integer`, `smallint`."""
    start: int | None = None
    """First value."""
    increment: int | None = None
    """Step from one value to the next."""
    minimum: int | None = None
    """Smallest value."""
    maximum: int | None = None
    """Greatest value."""
    cycle: bool | None = None
    """Whether it starts again after its last value."""
    cache: int | None = None
    """How many values a session takes at once."""
    owned_by: str | None = None
    """Column with which it is dropped: `users.id`; `none` when there must be none."""
    persistence: Annotated[
        Literal["permanent", "unlogged"] | None, BeforeValidator(in_lower_case)
    ] = None
    """Whether its value survives a crash."""
    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [usage]}`."""


class Sequences(Things):
    """Sequences by name, or by `schema.name`. Those of columns need not be named."""

    family: ClassVar[str] = "sequences"
    __pydantic_extra__: dict[str, Sequence] = Field(init=False)
