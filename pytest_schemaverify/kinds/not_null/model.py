"""What a file says of a NOT NULL constraint."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pytest_schemaverify.language.base import Terms


class NotNull(Terms):
    """A NOT NULL constraint. Short form: its name."""

    family: ClassVar[str] = "not_null"
    part: ClassVar[str] = "not_null"
    implied: ClassVar[tuple[str, ...]] = ("exists",)
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short_for: ClassVar[Mapping[type, str]] = {str: "name"}

    name: str | None = None
    """Its name."""
    validated: bool | None = None
    """Whether all rows were checked; false for `not valid`."""
    no_inherit: bool | None = None
    """Whether tables that inherit from this one may have NULL."""
    comment: str | None = None
    """Comment on it; `absent` when there must be none."""
