"""Row-level security of tables."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Field,
    model_validator,
)

from .base import (
    Described,
    Names,
    Sql,
    Terms,
    Things,
    in_lower_case,
)


class Policy(Described):
    """A row-level security policy."""

    family: ClassVar[str] = "policies"

    command: Annotated[
        Literal["all", "select", "insert", "update", "delete"] | None,
        BeforeValidator(in_lower_case),
    ] = None
    """Command that the policy is for."""
    roles: Names | None = None
    """Exact set of roles; `public` stands for everyone."""
    permissive: bool | None = None
    """Permissive (one of them must hold) or restrictive (each must)."""
    using: Sql | None = None
    """Expression for rows that are there; `absent` when there must be none."""
    with_check: Sql | None = None
    """Expression for rows to be written; `absent` when there must be none."""


class Policies(Things):
    """Policies by name. Others are failures unless `exact: false`."""

    family: ClassVar[str] = "policies"
    exact: bool | None = True
    """Whether policies that are not named here are failures (they are, by default)."""
    __pydantic_extra__: dict[str, Policy] = Field(init=False)


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
