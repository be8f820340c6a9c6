"""What a file says of rewrite rules."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from pytest_schemaverify.kinds.triggers.model import Firing
from pytest_schemaverify.language.base import Described, Things
from pytest_schemaverify.language.values import Query, in_lower_case


class RewriteRule(Described):
    """A rule that rewrites statements: what `create rule` makes."""

    family: ClassVar[str] = "rewrite_rules"

    event: Annotated[
        Literal["select", "insert", "update", "delete"] | None, BeforeValidator(in_lower_case)
    ] = None
    """Command that is rewritten."""
    instead: bool | None = None
    """Whether the command itself is not run."""
    definition: Query | None = None
    """The statement: `create rule r as on delete to notes do instead nothing`."""
    enabled: bool | Firing | None = None
    """Whether it is used in an ordinary session; or `origin`, `replica`, `always`, `disabled`."""


class RewriteRules(Things):
    """Rules by name."""

    family: ClassVar[str] = "rewrite_rules"
    __pydantic_extra__: dict[str, RewriteRule] = Field(init=False)
