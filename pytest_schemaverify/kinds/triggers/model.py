"""What a file says of triggers."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from pytest_schemaverify.language.base import Described, Things, When
from pytest_schemaverify.language.values import (
    Names,
    NamesOrNone,
    Sql,
    in_lower_case,
)

from .shorthand import trigger

Firing = Literal["origin", "replica", "always", "disabled"]


def _form(value: Any) -> str:
    """Return which of the two meanings of `when` is meant, so that its problems alone are told."""
    return "where" if isinstance(value, (dict, When)) else "condition"


Condition = Annotated[
    Annotated[Sql, Tag("condition")] | Annotated[When, Tag("where")], Discriminator(_form)
]


class Trigger(Described):
    """A trigger. Short form: `before update for each row execute touch_updated_at()`."""

    family: ClassVar[str] = "triggers"
    expectations: ClassVar[frozenset[str]] = frozenset({"when"})
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(trigger)

    timing: Annotated[
        Literal["before", "after", "instead of"] | None, BeforeValidator(in_lower_case)
    ] = None
    """When it fires."""
    events: Names | None = None
    """What fires it: `insert`, `update`, `update of a, b`, `delete`, `truncate`."""
    level: Annotated[Literal["row", "statement"] | None, BeforeValidator(in_lower_case)] = None
    """Once for each row or for each statement."""
    function: str | None = None
    """Function that it calls: `touch_updated_at()`."""
    when: Condition | None = None  # type: ignore[assignment]
    """Condition, compared by what the server makes of it; `absent` when there must be none. A
    mapping says where the trigger is expected, as it does everywhere else."""
    enabled: bool | Firing | None = None
    """Whether it fires in an ordinary session; or `origin`, `replica`, `always`, `disabled`."""
    columns: Names | None = None
    """Exact set of the columns of which an update fires it; `[]` for any."""
    constraint: bool | None = None
    """Whether it is a constraint trigger, which can be deferred."""
    deferrable: bool | None = None
    """Whether a constraint trigger can wait for the end of the transaction."""
    initially_deferred: bool | None = None
    """Whether a constraint trigger does so from the start: `initially deferred`."""
    old_table: str | None = None
    """Name of the transition table of rows before, `referencing old table`; `absent` for none."""
    new_table: str | None = None
    """Name of the transition table of rows after, `referencing new table`; `absent` for none."""
    depends_on_extensions: NamesOrNone = None
    """Exact set of the extensions with which it is dropped: `depends on extension`. `none` when
    there must be none."""


class Triggers(Things):
    """Triggers by name."""

    family: ClassVar[str] = "triggers"
    __pydantic_extra__: dict[str, Trigger] = Field(init=False)
