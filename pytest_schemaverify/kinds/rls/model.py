"""What a file says of row-level security."""

from typing import Any, ClassVar

from pydantic import model_validator

from pytest_schemaverify.kinds.policies.model import Policies
from pytest_schemaverify.language.base import Terms


class RowLevelSecurity(Terms):
    """Row-level security of a table. Short form: `rls: true`."""

    family: ClassVar[str] = "rls"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "boolean"}

    enabled: bool | None = None
    """Whether policies apply to roles that do not own the table. True where `rls` says nothing."""
    forced: bool | None = None
    """Whether they apply to the owner too."""
    policies: Policies | None = None
    """The policies."""

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return {"enabled": value}
        # Policies of a table whose row-level security is off protect nothing.
        return {"enabled": True, **value} if isinstance(value, dict) else value
