"""What a file says of foreign keys."""

import typing
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from pytest_schemaverify.language.base import Described, Things
from pytest_schemaverify.language.keywords import either_case, in_either_case
from pytest_schemaverify.language.values import in_lower_case

from .shorthand import foreign_key

Action = Literal["no action", "restrict", "cascade", "set null", "set default"]
_ACTIONS = typing.get_args(Action)
Deletion = Annotated[
    Action | Annotated[str, Field(pattern=r"^set (null|default) \([^()]+\)$")],
    WithJsonSchema(
        {
            "anyOf": [
                in_either_case(_ACTIONS),
                {
                    "type": "string",
                    "pattern": rf"^{either_case('set')} {either_case('null|default')} ?\(.+\)$",
                    "patternErrorMessage": "expected an action, or `set null (column)`",
                },
            ]
        }
    ),
]
"""An action, or one for some of the columns: `set null (agent_id)`."""


def _as_keywords(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    words, bracket, columns = value.partition("(")
    return f"{words.lower().strip()} {bracket}{columns}".strip()


class ForeignKey(Described):
    """A foreign key. Short form: `auth.users(id) on delete cascade`."""

    family: ClassVar[str] = "foreign_keys"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(foreign_key)

    references: str | None = None
    """Referenced table and columns: `auth.users(id)`, `rooms(id, period during)`."""
    on_delete: Annotated[Deletion | None, BeforeValidator(_as_keywords)] = None
    """What happens to the row when the referenced one is deleted: `cascade`, `set null (a, b)`."""
    on_update: Annotated[Action | None, BeforeValidator(in_lower_case)] = None
    """What happens to the row when the referenced key changes."""
    match: Annotated[Literal["simple", "full"] | None, BeforeValidator(in_lower_case)] = None
    """Whether a row with NULL in some of the columns is let in (simple) or not (full)."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""
    validated: bool | None = None
    """Whether all rows were checked; false for `not valid`."""
    enforced: bool | None = None
    """Whether the server enforces it (PostgreSQL 18)."""


class ForeignKeys(Things):
    """Foreign keys, each by its column, its columns (`a, b`, `a, period c`) or its constraint."""

    family: ClassVar[str] = "foreign_keys"
    __pydantic_extra__: dict[str, ForeignKey] = Field(init=False)
