"""What every mapping of the file is made of."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ModelWrapValidatorHandler,
    WithJsonSchema,
    model_validator,
)

from . import matching


def in_lower_case(value: Any) -> Any:
    """Return a keyword of SQL in lower case, as PostgreSQL's own would be."""
    return value.lower() if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def none_as_empty(value: Any) -> Any:
    """Return the empty list for `none`."""
    return [] if value == "none" else value


def _paired(value: Any) -> Any:
    return {name: name for name in value} if isinstance(value, list) else value


Names = Annotated[
    list[str],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


Storage = dict[str, str | int | float | bool]
"""Storage parameters and their values."""
Pairs = Annotated[
    dict[str, str],
    BeforeValidator(_paired),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "object", "additionalProperties": {"type": "string"}},
                {"type": "array", "items": {"type": "string"}},
            ]
        }
    ),
]


class Entry(BaseModel):
    """A mapping of the file. Unknown keys are errors and values are not converted."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )
    family: ClassVar[str] = ""
    """Folder of the checks that the fields plan."""
    settings: ClassVar[frozenset[str]] = frozenset()
    """Fields that plan nothing: they say how others are to be read."""
    implied: ClassVar[tuple[str, ...]] = ()
    """Checks that are planned because the entry is there."""
    part: ClassVar[str] = ""
    """Family of the object that the entry's key names, where that is part of another object."""
    short_form: ClassVar[dict[str, Any] | None] = None
    """JSON Schema of the short form, where the entry has one."""

    @model_validator(mode="wrap")
    @classmethod
    def _with_matchers(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(value, dict):
            return handler(value)
        rest, found = matching.take_out(cls, cls.settings, value)
        entry = handler(rest)
        if found:
            # The model has the types of what checks compare with; a matcher is asked by `run`.
            entry.__dict__.update(found)
            entry.__pydantic_fields_set__.update(found)
        return entry


class Thing(Entry):
    """A named object. Naming it says that it exists, unless it says `absent`."""

    implied: ClassVar[tuple[str, ...]] = ("exists",)
    settings: ClassVar[frozenset[str]] = frozenset({"absent"})
    short: ClassVar[Callable[[str], dict[str, Any]] | None] = None
    """What reads the short form, where the entry has one."""

    absent: bool | None = None
    """The object must not exist. `name: absent` is the short form."""

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        if value is None:
            return {}
        if value == "absent":
            return {"absent": True}
        if isinstance(value, str) and cls.short is not None:
            return cls.short(value)
        return value

    @model_validator(mode="wrap")
    @classmethod
    def _absent_alone(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        entry = handler(value)
        if entry.absent and len(entry.model_fields_set) > 1:
            raise ValueError("what must not exist has no other attributes")
        return entry


class Described(Thing):
    """A named object that can have a comment."""

    comment: str | None = None
    """Comment on it; `absent` when there must be none."""


class Owned(Described):
    """A named object that has an owner."""

    owner: str | None = None
    """Role that owns it."""


class Things(Entry):
    """Named objects; `exact: true` says that no others exist."""

    model_config = ConfigDict(extra="allow")
    exact: bool | None = None
    """Whether objects that are not named here are failures."""

    def items(self) -> Iterator[tuple[str, Thing]]:
        """Yield each name as written and its entry."""
        yield from (self.__pydantic_extra__ or {}).items()
