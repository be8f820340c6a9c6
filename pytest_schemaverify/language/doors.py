"""How far an identity reaches through a table, a view or a function."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from .base import Entry, Named, Terms
from .values import Names

WORDS = ("own", "all", "nothing", "error")
"""What an identity can reach, as one word."""
_STATE = re.compile(r"[0-9A-Z]{5}")


def _reach(value: Any) -> Any:
    """Return what an identity can reach: a word, `{rows: n}` or `{error: SQLSTATE}`."""
    if isinstance(value, str) and value in WORDS:
        return value
    if isinstance(value, str) and re.fullmatch(r"rows: *\d+", value):
        return {"rows": int(value.partition(":")[2])}
    if isinstance(value, dict) and len(value) == 1:
        [(key, inner)] = value.items()
        # Not isinstance, because `true` is an int to Python.
        if key == "rows" and type(inner) is int and inner >= 0:
            return value
        if key == "error" and _STATE.fullmatch(str(inner)):
            # An SQLSTATE of digits, 22012, is a number to YAML.
            return {"error": str(inner)}
    raise ValueError(
        "what somebody can reach is `own`, `all`, `nothing`, `error`, `{rows: 3}` or "
        "`{error: P0001}` with an SQLSTATE"
    )


_ROWS = {"description": "Number of rows.", "type": "integer", "minimum": 0}
# An SQLSTATE of digits is a number to YAML.
_ERROR = {
    "description": "SQLSTATE with which the statement is refused.",
    "anyOf": [
        {"type": "string", "pattern": "^[0-9A-Z]{5}$"},
        {"type": "integer", "minimum": 10_000, "maximum": 99_999},
    ],
}
REACH: dict[str, Any] = {
    "anyOf": [
        {"enum": [*WORDS]},
        {"type": "string", "pattern": r"^rows: *\d+$"},
        {
            "type": "object",
            "properties": {"rows": _ROWS, "error": _ERROR},
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        },
    ]
}
"""JSON Schema of what somebody can reach."""
Reach = Annotated[Any, BeforeValidator(_reach), WithJsonSchema(REACH)]


class Owner(Entry):
    """How a row shows whose it is. Short form: its column."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short_for: ClassVar[Mapping[type, str]] = {str: "column"}

    column: str | None = None
    """Column with the owner."""
    claim: str = "sub"
    """Claim of the token that it is compared with: `sub`, `app_metadata.org_id`."""
    setting: str | None = None
    """Setting that it is compared with, where it is not a claim."""
    through: Names | None = None
    """Columns of a foreign key, in place of `column`: whose the row is that they refer to."""

    @model_validator(mode="after")
    def _one_way(self) -> "Owner":
        if (self.column is None) == (self.through is None):
            raise ValueError("an owner is told by `column` or `through`, one of them")
        return self


class AccessEntry(Terms):
    """What one identity can do to the rows of a table. Short form, for all four: `nothing`."""

    family: ClassVar[str] = "access"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string", "enum": [*WORDS]}

    select: Reach | None = None
    """Rows that they see: their `own`, `all`, `nothing` (none, or the statement is refused),
    `{rows: n}`, or `error` when the statement must be refused."""
    insert: Reach | None = None
    """Rows that they can add: their `own` but none in another's name, `all`, `nothing`, `error`."""
    update: Reach | None = None
    """Rows that they can change; `own` says also that none can be given away or taken over."""
    delete: Reach | None = None
    """Rows that they can delete. `truncate`, for which policies do not hold, is tried too."""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if isinstance(value, str):
            return dict.fromkeys(("select", "insert", "update", "delete"), value)
        return value

    @model_validator(mode="after")
    def _something(self) -> "AccessEntry":
        if not self.model_fields_set - self.settings:
            raise ValueError("nothing is expected; name `select`, `insert`, `update` or `delete`")
        return self


class ViewAccess(AccessEntry):
    """What one identity can do through a view. Short form: what it sees."""

    short_for: ClassVar[Mapping[type, str]] = {str: "select"}


def _columns(value: Any) -> Any:
    """Return which columns: `all`, `nothing`, their list, or `{except: [...]}`."""
    listed = value.get("except") if isinstance(value, dict) and len(value) == 1 else value
    if value in ("all", "nothing"):
        return value
    if isinstance(listed, list) and listed and all(isinstance(name, str) for name in listed):
        return value
    raise ValueError(
        "which columns is a list, `[id, title]`, all but some, `{except: [token_hash]}`, `all` "
        "or `nothing`"
    )


_LIST: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
COLUMNS: dict[str, Any] = {
    "anyOf": [
        {"enum": ["all", "nothing"]},
        _LIST,
        {
            "type": "object",
            "properties": {"except": {"description": "All columns but these.", **_LIST}},
            "required": ["except"],
            "additionalProperties": False,
        },
    ]
}
"""JSON Schema of which columns somebody can use."""
Columns = Annotated[Any, BeforeValidator(_columns), WithJsonSchema(COLUMNS)]


class ColumnAccess(Terms):
    """Which columns of a row of its own one identity can use, and no others."""

    family: ClassVar[str] = "access_columns"

    select: Columns | None = None
    """Columns that it can read: `[id, title]`, `{except: [token_hash]}`, `all` or `nothing`."""
    insert: Columns | None = None
    """Columns whose values it can give to a new row. One that is not named has what the default or
    a trigger gives it."""
    update: Columns | None = None
    """Columns that it can set to another value, so that the row has that value afterwards."""


class AccessColumns(Named):
    """Which columns can be used: each identity by its name."""

    __pydantic_extra__: dict[str, ColumnAccess] = Field(init=False)


class TableAccess(Terms, Named):
    """Who can reach which rows of a table: each identity by its name."""

    family: ClassVar[str] = "access_tables"
    settings: ClassVar[frozenset[str]] = frozenset({"owner", "shared"})

    owner: Owner | None = None
    """How a row shows whose it is."""
    shared: str | None = None
    """Condition on rows that those who do not own them may see all the same, for `select: own`:
    `status = 'published'`."""
    reveals: dict[str, str] | None = None
    """Constraints and sequences that may tell somebody about rows of others, each with the reason:
    `{profiles_username_key: names are public}`. One that reveals nothing fails."""
    columns: AccessColumns | None = None
    """Which columns identities can read, give to a new row and change, and no others:
    `{alice: {update: [title], select: {except: [token_hash]}}}`."""
    __pydantic_extra__: dict[str, AccessEntry] = Field(init=False)


class ViewDoor(Terms, Named):
    """Who can reach which rows through a view: each identity by its name."""

    family: ClassVar[str] = "access_tables"
    settings: ClassVar[frozenset[str]] = frozenset({"owner", "rows_of"})

    owner: Owner | None = None
    """How a row shows whose it is, where it has a column for that."""
    rows_of: str | None = None
    """Otherwise: the table whose primary key the rows have, under the same names."""
    __pydantic_extra__: dict[str, ViewAccess] = Field(init=False)


class CallAccess(Terms):
    """What one identity gets from a function. Short form: that."""

    family: ClassVar[str] = "access"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string", "enum": [*WORDS]}

    call: Reach
    """Rows that the call returns to them: their `own`, `all` that an administrator gets, …"""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        long = isinstance(value, dict) and not value.keys().isdisjoint(cls.model_fields)
        short = isinstance(value, str | dict) and not long
        return {"call": value} if short else value


class FunctionDoor(Terms, Named):
    """Who gets which rows from a function: each identity by its name."""

    family: ClassVar[str] = "access_functions"
    settings: ClassVar[frozenset[str]] = frozenset({"owner", "rows_of", "sql"})

    sql: str
    """The query that is made: `select * from search_memories('[1,0,0]', 0, 10)`."""
    owner: Owner | None = None
    """How a returned row shows whose it is, where it has a column for that."""
    rows_of: str | None = None
    """Otherwise: the table whose primary key the rows return, under the same names."""
    __pydantic_extra__: dict[str, CallAccess] = Field(init=False)
