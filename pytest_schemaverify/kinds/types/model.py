"""What a file says of types."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from pytest_schemaverify.kinds.domain_checks.model import DomainChecks
from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.kinds.ranges.model import RangeType
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import Options, Sql, in_lower_case


class Type(Owned):
    """A type. Short form of an enum: the list of its labels."""

    family: ClassVar[str] = "types"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}
    short_for: ClassVar[Mapping[type, str]] = {list: "enum"}

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
    attribute_comments: dict[str, str] | None = None
    """Comments on attributes of a composite type: `{zip: As printed on letters}`; `absent` for one
    that must have none."""
    range: RangeType | None = None
    """What a range type is made of."""
    definition: Options | None = None
    """What the CREATE of a base type says, by the words that stand there: `{storage: extended}`;
    `absent` for a word that must not, `exact: true` for no others."""
    grants: Grants | None = None
    """Privileges on it by role: `{app: [usage], public: []}`."""


class Types(Things):
    """Types by name."""

    family: ClassVar[str] = "types"
    __pydantic_extra__: dict[str, Type] = Field(init=False)


SECTION = Section(Types, "Types.")
