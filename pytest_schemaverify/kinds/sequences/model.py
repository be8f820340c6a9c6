"""What a file says of sequences."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import in_lower_case


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


SECTION = Section(Sequences, "Sequences.")
