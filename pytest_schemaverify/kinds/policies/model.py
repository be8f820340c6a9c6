"""What a file says of policies."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from pytest_schemaverify.language.base import Described, Things
from pytest_schemaverify.language.values import Names, Sql, in_lower_case


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
