"""What every mapping of the file is made of."""

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    WithJsonSchema,
    model_validator,
)

from pytest_schemaverify.language import conditions

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
    if not isinstance(value, list):
        return value
    if not value or not all(isinstance(name, str) for name in value):
        raise ValueError("expected columns or expressions, `[id, name]`, or what each has become")
    return {name: name for name in value}


Names = Annotated[
    list[str],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


def as_sql(value: Any) -> Any:
    """Return a number or a truth value as SQL writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


Sql = Annotated[
    str, BeforeValidator(as_sql), WithJsonSchema({"type": ["string", "number", "boolean"]})
]
"""An expression: `0` and `true` need no quotes of YAML's."""


def _regular(value: str) -> str:
    if why := matching.no_expression(value):
        raise ValueError(f"a regular expression is expected here: {why}")
    return value


Regular = Annotated[str, AfterValidator(_regular)]
"""A regular expression."""


CONDITION = {"type": "string", "pattern": r"^\s*[<>=!]"}
"""JSON Schema of conditions on a number."""
_OR_CONDITION = WithJsonSchema(
    {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^\s*[<>=!+.\d-]"}]}
)


def _number(value: Any) -> Any:
    """Return a number, or a text that is a condition on one. Raises ValueError."""
    if isinstance(value, str) and not conditions.parts(value):
        raise ValueError(
            f"`{value}` is neither a number nor a condition on one; "
            'write `5`, `">= 2"` or `">= 0.5, < 1"`'
        )
    return value


def _share(value: Any) -> Any:
    if isinstance(value, str):
        for part in value.split(","):
            _number(part.strip().removesuffix("%"))
    return value


def _parameter(value: Any) -> Any:
    # No parameter has a value that starts so.
    if conditions.is_condition(value) and not conditions.of_text(value):
        _number(value)
    return value


def _version(value: str) -> str:
    other = conditions.parts(value, conditions.version) or conditions.of_text(value)
    if conditions.is_condition(value) and not other:
        raise ValueError(
            f'`{value}` is not a condition on a version; write `">= 1.9"` or `">= 0.5, < 1"`'
        )
    return value


Version = Annotated[str, AfterValidator(_version)]
"""A version, or conditions on it."""
Count = Annotated[int | str, AfterValidator(_number), _OR_CONDITION]
"""A whole number, or conditions on it."""
Share = Annotated[int | str, AfterValidator(_share), _OR_CONDITION]
"""A number of rows, or of a hundred of them: `0`, `"<= 10"`, `"<= 5%"`."""
Storage = dict[str, Annotated[str | int | float | bool, AfterValidator(_parameter)]]
"""Storage parameters and their values, or conditions on them."""
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


Options = dict[str, str | int | float | bool]
"""Options of foreign data, as `options (…)` has them."""
Reason = Annotated[str, Field(min_length=3)]


class Entry(BaseModel):
    """A mapping of the file. Unknown keys are errors and values are not converted."""

    # Most validators are built in one piece, when there is a file, and not one after the other.
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, defer_build=True, allow_inf_nan=False
    )
    family: ClassVar[str] = ""
    """Folder of the checks that the fields plan."""
    settings: ClassVar[frozenset[str]] = frozenset()
    """Fields that plan nothing: they say how others are to be read."""
    implied: ClassVar[tuple[str, ...]] = ()
    """Checks that are planned because the entry is there."""
    part: ClassVar[str] = ""
    """Family of the object that the entry's key names, where that is part of another object."""
    without_exact: ClassVar[str] = ""
    """Check that is planned where `exact` says nothing."""
    bounds: ClassVar[frozenset[str]] = frozenset()
    """Fields whose number says itself how it is compared, so that no condition can stand there."""
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


_CONDITION = re.compile(r"\s*(?:==|=|!=|<>|<=|>=|<|>)?\s*\d+(?:\.\d+)?\s*")


def _conditions(value: Any) -> Any:
    """Return conditions on the server's version. Raises ValueError for what is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    # Of what else `matchers` can read as a condition, nothing could ever hold for a server.
    if isinstance(value, str) and all(map(_CONDITION.fullmatch, value.split(","))):
        return value
    if isinstance(value, float):  # 15.10 is 15.1 to YAML
        problem = f"`{value}` is a number; a version with a dot has to be in quotes"
    elif isinstance(value, str) and value:
        problem = f"`{value}` is no version of PostgreSQL"
    else:
        problem = "that is no version of PostgreSQL"
    raise ValueError(f'{problem}; write `15`, `">= 15"` or `">= 13, < 18"`')


ServerVersion = Annotated[
    str | int,
    BeforeValidator(_conditions),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{_CONDITION.pattern}(,{_CONDITION.pattern})*$"},
                {"type": "integer"},
            ]
        }
    ),
]


class When(Entry):
    """Where expectations hold; elsewhere they are skipped."""

    settings: ClassVar[frozenset[str]] = frozenset({"server", "env"})

    server: ServerVersion | None = None
    """Version of PostgreSQL: `15`, `">= 15"`, `">= 13, < 18"`."""
    env: Names | dict[str, str | int | bool | list[str]] | None = None
    """Variables of the environment that are set, `CI`, or that have a value: `{STAGE: live}`."""


class Terms(Entry):
    """What may stand beside the expectations of an entry, and holds for everything in it."""

    severity: Literal["error", "warn", "info"] | None = None
    """How bad it is when it does not hold; `--schema-fail-on` says what fails. `error` by
    default."""
    when: When | None = None
    """Where it is expected: `{server: ">= 15", env: CI}`."""
    skip: Reason | None = None
    """Why it is not verified at present."""
    xfail: Reason | None = None
    """Why it does not hold at present. Once all of it holds, that fails."""

    @classmethod
    def __pydantic_init_subclass__(cls, **arguments: Any) -> None:
        """Let these fields plan nothing, whatever else an entry has as settings."""
        plain = {"severity", "when", "skip", "xfail", "each", "absent"} & cls.model_fields.keys()
        cls.settings = (cls.settings | plain) - cls.expectations

    expectations: ClassVar[frozenset[str]] = frozenset()
    """Fields that are expectations although they are called like one of these."""


class Thing(Terms):
    """A named object. Naming it says that it exists, unless it says `absent`."""

    implied: ClassVar[tuple[str, ...]] = ("exists",)
    short: ClassVar[Callable[[str], dict[str, Any]] | None] = None
    """What reads the short form, where the entry has one."""

    absent: bool | None = None
    """The object must not exist. `name: absent` is the short form."""
    each: Names | None = None
    """The names of several objects for which all this holds; the entry's own is any then."""

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
        if entry.absent and entry.model_fields_set - entry.settings:
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


class Named(Entry):
    """Entries by names that the user chooses."""

    model_config = ConfigDict(extra="allow")

    def items(self) -> Iterator[tuple[str, Any]]:
        """Yield each name as written and its entry."""
        yield from (self.__pydantic_extra__ or {}).items()


class Things(Named):
    """Named objects; `exact: true` says that no others exist."""

    exact: bool | None = None
    """Whether objects that are not named here are failures."""


class Listed(Things):
    """Named objects that are mostly only named. Short form: their list; `[]` for none."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            return {name: {} for name in value} or {"exact": True}
        return value


class Section(NamedTuple):
    """A key at the top of the file that is about one kind of object."""

    model: type[Entry]
    summary: str
    """What the reference says of it."""
