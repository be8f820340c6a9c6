"""Types that somebody made: enums, domains, composite, range and base types, and shells."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from .base import Described, Owned, Sql, Terms, Things, in_lower_case
from .rights import Grants


class DomainCheck(Described):
    """A check of a domain. Short form: its expression, over `value`."""

    family: ClassVar[str] = "domain_checks"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(lambda text: {"expression": text})

    expression: Sql | None = None
    """Expression over `value`, compared by what the server makes of it."""
    validated: bool | None = None
    """Whether values that were there before have been checked."""


class DomainChecks(Things):
    """Checks of a domain by name."""

    family: ClassVar[str] = "domain_checks"
    __pydantic_extra__: dict[str, DomainCheck] = Field(init=False)


class RangeType(Terms):
    """What a range type is made of. Short form: its subtype."""

    family: ClassVar[str] = "ranges"
    part: ClassVar[str] = "ranges"
    implied: ClassVar[tuple[str, ...]] = ("exists",)
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}

    subtype: str | None = None
    """Type of its bounds."""
    operator_class: str | None = None
    """Operator class that orders the bounds: `float8_ops`."""
    collation: str | None = None
    """Collation of the bounds, where it is not that of the subtype; `absent` where it is."""
    canonical: str | None = None
    """Function that gives equal ranges one form; `absent` when there must be none."""
    difference: str | None = None
    """Function for the distance of two bounds, `subtype_diff`; `absent` when there must be none."""
    multirange: str | None = None
    """Its multirange type, on PostgreSQL 14 and later."""

    @model_validator(mode="before")
    @classmethod
    def _from_subtype(cls, value: Any) -> Any:
        return {"subtype": value} if isinstance(value, str) else value


class Type(Owned):
    """A type. Short form of an enum: the list of its labels."""

    family: ClassVar[str] = "types"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}

    kind: Annotated[
        Literal["enum", "domain", "composite", "range", "base", "shell"] | None,
        BeforeValidator(in_lower_case),
    ] = None
    """What kind of type it is; a shell is one that `create type` has only named."""
    enum: list[str] | None = None
    """Labels of an enum, in order."""
    domain: str | None = None
    """Type that a domain is made of: `text`, `numeric(10,2)`."""
    nullable: bool | None = None
    """Whether the domain accepts NULL."""
    default: Sql | None = None
    """Default of the domain; `absent` when there must be none."""
    collation: str | None = None
    """Collation of the domain, where it is not that of its type; `absent` where it is."""
    checks: DomainChecks | None = None
    """Checks of the domain."""
    composite: list[str] | None = None
    """Attributes of a composite type, in order, each as in DDL: `[street text, zip integer]`."""
    range: RangeType | None = None
    """What a range type is made of."""
    grants: Grants | None = None
    """Privileges on it by role: `{app: [usage], public: []}`."""

    @model_validator(mode="before")
    @classmethod
    def _from_labels(cls, value: Any) -> Any:
        return {"enum": value} if isinstance(value, list) else value


class Types(Things):
    """Types by name."""

    family: ClassVar[str] = "types"
    __pydantic_extra__: dict[str, Type] = Field(init=False)
