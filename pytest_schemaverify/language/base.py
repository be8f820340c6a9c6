"""The mappings that every file is made of: entries, their terms, and named objects."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from . import matching
from .values import Names, Reason, ServerVersion


def of_author(key: Any) -> bool:
    """Return whether a key is for whoever writes the file, and says nothing: `x-common`."""
    return isinstance(key, str) and key.startswith("x-")


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
    short_for: ClassVar[Mapping[type, str]] = {}
    """Field that a value of a type stands for, by the type. `true` is no number here."""

    @model_validator(mode="wrap")
    @classmethod
    def _with_matchers(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if field := cls.short_for.get(type(value)):
            value = {field: value}
        if not isinstance(value, dict):
            return handler(value)
        if cls.model_config.get("extra") == "forbid":  # elsewhere it is a name
            value = {key: one for key, one in value.items() if not of_author(key)}
        # In front of pydantic, because the types of the fields have no place for matchers.
        rest, found = matching.take_out(cls, cls.settings, value)
        entry = handler(rest)
        if found:
            # The model is frozen, so that pydantic refuses to assign. The fields count as set,
            # because checks are planned for these.
            entry.__dict__.update(found)
            entry.__pydantic_fields_set__.update(found)
        return entry

    @classmethod
    def keys_of(cls, value: Any) -> set[str]:
        """Return the keys that a value of the file gives such an entry; none for a wrong value."""
        try:
            given = cls.model_validate(value).model_fields_set
        except ValidationError:
            return set()
        return {cls.model_fields[name].alias or name for name in given}


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
        """Add these fields to the settings of an entry, since they plan nothing."""
        # In this hook, because in __init_subclass__ pydantic has not yet collected the fields.
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
        # YAML has nothing behind `users:`, and that expects that the object exists.
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
        # Behind the validator of Entry, which puts the matchers in: they are attributes, too.
        if entry.absent and entry.model_fields_set - entry.settings:
            others = sorted(entry.model_fields_set - entry.settings)
            raise ValueError(
                f"what must not exist has no other attributes; leave `{others[0]}` out, or `absent`"
            )
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

    # The names are none of ours: pydantic keeps them apart, and checks what they have by the type
    # of `__pydantic_extra__`.
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
            # An empty list says that there are none, for which `exact` is the word.
            return {name: {} for name in value} or {"exact": True}
        return value


def value_at(entry: Entry, key: str | int) -> Any:
    """Return what an entry has under a key of the file; None where that is nothing."""
    fields = entry.__class__.model_fields.items()
    field = next((name for name, info in fields if (info.alias or name) == key), None)
    return getattr(entry, field) if field else (entry.__pydantic_extra__ or {}).get(str(key))


class Section(NamedTuple):
    """A key at the top of the file that is about one kind of object."""

    model: type[Entry]
    summary: str
    """What the reference says of it."""
