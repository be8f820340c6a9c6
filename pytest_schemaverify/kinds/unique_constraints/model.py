"""What a file says of unique constraints."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from pytest_schemaverify.language.base import Described, Things
from pytest_schemaverify.language.values import Names, Storage, in_lower_case


class UniqueConstraint(Described):
    """A unique constraint. Short form: its columns."""

    family: ClassVar[str] = "unique_constraints"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}
    short_for: ClassVar[Mapping[type, str]] = {list: "columns"}

    columns: Names | None = None
    """Its columns, in order; the last one may be `during without overlaps` (PostgreSQL 18)."""
    nulls: Annotated[Literal["distinct", "not distinct"] | None, BeforeValidator(in_lower_case)] = (
        None
    )
    """Whether NULL counts as a value (PostgreSQL 15)."""
    include: Names | None = None
    """Columns that its index stores beside."""
    with_: Storage | None = Field(None, alias="with")
    """Storage parameters of its index: `{fillfactor: 70}`."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""


class UniqueConstraints(Things):
    """Unique constraints by name."""

    family: ClassVar[str] = "unique_constraints"
    __pydantic_extra__: dict[str, UniqueConstraint] = Field(init=False)
