"""What a file says of checks."""

from typing import Any, ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Described, Things
from pytest_schemaverify.language.values import Sql


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
