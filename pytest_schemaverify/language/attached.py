"""Rules and statistics of tables."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from .base import Described, Names, Owned, Things, in_lower_case

Firing = Literal["origin", "replica", "always", "disabled"]


class RewriteRule(Described):
    """A rule that rewrites statements: what `create rule` makes."""

    family: ClassVar[str] = "rewrite_rules"

    event: Annotated[
        Literal["select", "insert", "update", "delete"] | None, BeforeValidator(in_lower_case)
    ] = None
    """Command that is rewritten."""
    instead: bool | None = None
    """Whether the command itself is not run."""
    definition: str | None = None
    """The statement: `create rule r as on delete to notes do instead nothing`."""
    enabled: bool | Firing | None = None
    """Whether it is used in an ordinary session; or `origin`, `replica`, `always`, `disabled`."""


class RewriteRules(Things):
    """Rules by name."""

    family: ClassVar[str] = "rewrite_rules"
    __pydantic_extra__: dict[str, RewriteRule] = Field(init=False)


class Statistics(Owned):
    """Extended statistics. Short form: their columns or expressions."""

    family: ClassVar[str] = "statistics"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}

    columns: Names | None = None
    """Exact set of the columns and expressions: `[country, lower(city)]`."""
    kinds: Names | None = None
    """Exact set of what is known of them: `ndistinct`, `dependencies`, `mcv`."""
    target: int | None = None
    """Number of values that are kept; -1 for the default."""

    @model_validator(mode="before")
    @classmethod
    def _from_columns(cls, value: Any) -> Any:
        return {"columns": value} if isinstance(value, list) else value


class AllStatistics(Things):
    """Extended statistics by name; by `schema.name` where that is not the table's schema."""

    family: ClassVar[str] = "statistics"
    __pydantic_extra__: dict[str, Statistics] = Field(init=False)
