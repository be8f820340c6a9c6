"""Keys, checks and other constraints of tables."""

import typing
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from . import shorthand
from .base import (
    Described,
    Names,
    Sql,
    Terms,
    Things,
    in_lower_case,
)

Action = Literal["no action", "restrict", "cascade", "set null", "set default"]
_ACTIONS = typing.get_args(Action)
Deletion = Annotated[
    Action | Annotated[str, Field(pattern=r"^set (null|default) \([^()]+\)$")],
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [*_ACTIONS, *(word.upper() for word in _ACTIONS)]},
                {"type": "string", "pattern": r"^(set|SET) (null|default|NULL|DEFAULT) ?\(.+\)$"},
            ]
        }
    ),
]
"""An action, or one for some of the columns: `set null (agent_id)`."""


def _as_keywords(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    words, bracket, columns = value.partition("(")
    return f"{words.lower().strip()} {bracket}{columns}".strip()


class ForeignKey(Described):
    """A foreign key. Short form: `auth.users(id) on delete cascade`."""

    family: ClassVar[str] = "foreign_keys"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(shorthand.foreign_key)

    references: str | None = None
    """Referenced table and columns: `auth.users(id)`, `rooms(id, period during)`."""
    on_delete: Annotated[Deletion | None, BeforeValidator(_as_keywords)] = None
    """What happens to the row when the referenced one is deleted: `cascade`, `set null (a, b)`."""
    on_update: Annotated[Action | None, BeforeValidator(in_lower_case)] = None
    """What happens to the row when the referenced key changes."""
    match: Annotated[Literal["simple", "full"] | None, BeforeValidator(in_lower_case)] = None
    """Whether a row with NULL in some of the columns is let in (simple) or not (full)."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""
    validated: bool | None = None
    """Whether all rows were checked; false for `not valid`."""
    enforced: bool | None = None
    """Whether the server enforces it (PostgreSQL 18)."""


class ForeignKeys(Things):
    """Foreign keys, each by its column, its columns (`a, b`, `a, period c`) or its constraint."""

    family: ClassVar[str] = "foreign_keys"
    __pydantic_extra__: dict[str, ForeignKey] = Field(init=False)


class CheckConstraint(Described):
    """A check constraint. Short form: its expression."""

    family: ClassVar[str] = "checks"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(lambda text: {"expression": text})

    expression: Sql | None = None
    """Expression, compared by what the server makes of it."""
    validated: bool | None = None
    """Whether all rows were checked; false for `not valid`."""
    enforced: bool | None = None
    """Whether the server enforces it (PostgreSQL 18)."""
    no_inherit: bool | None = None
    """Whether tables that inherit from this one are left out."""


class CheckConstraints(Things):
    """Check constraints by name."""

    family: ClassVar[str] = "checks"
    __pydantic_extra__: dict[str, CheckConstraint] = Field(init=False)


class UniqueConstraint(Described):
    """A unique constraint. Short form: its columns."""

    family: ClassVar[str] = "unique_constraints"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}

    columns: Names | None = None
    """Its columns, in any order; the last one may be `during without overlaps` (PostgreSQL 18)."""
    nulls: Annotated[Literal["distinct", "not distinct"] | None, BeforeValidator(in_lower_case)] = (
        None
    )
    """Whether NULL counts as a value (PostgreSQL 15)."""
    include: Names | None = None
    """Columns that its index stores beside."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""

    @model_validator(mode="before")
    @classmethod
    def _from_columns(cls, value: Any) -> Any:
        return {"columns": value} if isinstance(value, list) else value


class UniqueConstraints(Things):
    """Unique constraints by name."""

    family: ClassVar[str] = "unique_constraints"
    __pydantic_extra__: dict[str, UniqueConstraint] = Field(init=False)


class Exclusion(Described):
    """An exclusion constraint. Short form: `using gist (room with =, during with &&)`."""

    family: ClassVar[str] = "exclusions"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(shorthand.exclusion)

    method: str | None = None
    """Access method of its index: `gist`, `btree`."""
    elements: Names | None = None
    """Columns or expressions, each with the operator that no two rows fulfil: `room with =`."""
    where: Sql | None = None
    """Predicate of the rows that it is for; `absent` when it must be for all."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""


class Exclusions(Things):
    """Exclusion constraints by name."""

    family: ClassVar[str] = "exclusions"
    __pydantic_extra__: dict[str, Exclusion] = Field(init=False)


class PrimaryKey(Terms):
    """A primary key. Short form: its columns."""

    family: ClassVar[str] = "primary_key"

    columns: Names | None = None
    """Its columns, in order; the last one may be `during without overlaps` (PostgreSQL 18)."""
    name: str | None = None
    """Name of the constraint."""
    include: Names | None = None
    """Columns that its index stores beside."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""


def _is_mapping(value: Any) -> str:
    return "mapping" if isinstance(value, (dict, PrimaryKey)) else "columns"


Key = Annotated[
    Annotated[Names, Tag("columns")] | Annotated[PrimaryKey, Tag("mapping")],
    Discriminator(_is_mapping),
]
