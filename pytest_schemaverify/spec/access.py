"""What the file says about behaviour: who can reach which rows."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from .base import Entry, Names
from .rules import Rule

WORDS = ("own", "all", "nothing", "error")
"""What somebody can reach, as one word."""
_STATE = re.compile(r"[0-9A-Z]{5}")


def _reach(value: Any) -> Any:
    """Return what somebody can reach: a word, `{rows: n}` or `{error: SQLSTATE}`."""
    if isinstance(value, str) and value in WORDS:
        return value
    if isinstance(value, str) and re.fullmatch(r"rows: *\d+", value):
        return {"rows": int(value.partition(":")[2])}
    if isinstance(value, dict) and len(value) == 1:
        [(key, inner)] = value.items()
        if key == "rows" and type(inner) is int and inner >= 0:
            return value
        if key == "error" and _STATE.fullmatch(str(inner)):
            return {"error": str(inner)}
    raise ValueError(
        "what somebody can reach is `own`, `all`, `nothing`, `error`, `{rows: 3}` or "
        "`{error: P0001}` with an SQLSTATE"
    )


Reach = Annotated[
    Any,
    BeforeValidator(_reach),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [*WORDS]},
                {"type": "string", "pattern": r"^rows: *\d+$"},
                {
                    "type": "object",
                    "properties": {"rows": {"type": "integer", "minimum": 0}},
                    "required": ["rows"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": {"error": {"type": "string", "pattern": "^[0-9A-Z]{5}$"}},
                    "required": ["error"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


class IdentityEntry(Entry):
    """Somebody who uses the database: a role and what their token says. Short form: the role."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}

    role: str
    """Role that they act as: `authenticated`, `anon`."""
    claims: dict[str, Any] = {}
    """Claims of the token, `sub` among them, as deep as they are. They are set in both forms,
    `request.jwt.claims` and `request.jwt.claim.<name>`; `role` is the role unless it is given."""
    settings_: dict[str, str] = Field({}, alias="settings")
    """Settings that policies read, where it is not a token: `{app.tenant_id: "7"}`."""
    bypasses_rls: bool = False
    """Row-level security is meant not to hold for them, as for `service_role`. Without this a role
    for which it does not hold fails."""

    @model_validator(mode="before")
    @classmethod
    def _from_role(cls, value: Any) -> Any:
        return {"role": value} if isinstance(value, str) else value


class Owner(Entry):
    """How a row shows whose it is. Short form: its column."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}

    column: str | None = None
    """Column with the owner."""
    claim: str = "sub"
    """Claim of the token that it is compared with: `sub`, `app_metadata.org_id`."""
    setting: str | None = None
    """Setting that it is compared with, where it is not a claim."""
    through: Names | None = None
    """Columns of a foreign key, in place of `column`: whose the row is that they refer to."""

    @model_validator(mode="before")
    @classmethod
    def _from_column(cls, value: Any) -> Any:
        return {"column": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_way(self) -> "Owner":
        if (self.column is None) == (self.through is None):
            raise ValueError("an owner is told by `column` or `through`, one of them")
        return self


class AccessEntry(Entry):
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
        if not self.model_fields_set:
            raise ValueError("nothing is expected; name `select`, `insert`, `update` or `delete`")
        return self


class ViewAccess(AccessEntry):
    """What one identity can do through a view. Short form: what it sees."""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {"select": value} if isinstance(value, str) else value


class TableAccess(Entry):
    """Who can reach which rows of a table: each identity by its name."""

    model_config = {**Entry.model_config, "extra": "allow"}
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
    __pydantic_extra__: dict[str, AccessEntry] = Field(init=False)

    def items(self) -> Iterator[tuple[str, AccessEntry]]:
        """Yield each identity's name and what is expected of it."""
        yield from (self.__pydantic_extra__ or {}).items()


class ViewDoor(Entry):
    """Who can reach which rows through a view: each identity by its name."""

    model_config = {**Entry.model_config, "extra": "allow"}
    family: ClassVar[str] = "access_tables"
    settings: ClassVar[frozenset[str]] = frozenset({"owner", "rows_of"})

    owner: Owner | None = None
    """How a row shows whose it is, where it has a column for that."""
    rows_of: str | None = None
    """Otherwise: the table whose primary key the rows have, under the same names."""
    __pydantic_extra__: dict[str, ViewAccess] = Field(init=False)

    def items(self) -> Iterator[tuple[str, ViewAccess]]:
        """Yield each identity's name and what is expected of it."""
        yield from (self.__pydantic_extra__ or {}).items()


class CallAccess(Entry):
    """What one identity gets from a function. Short form: that."""

    family: ClassVar[str] = "access"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string", "enum": [*WORDS]}

    call: Reach
    """Rows that the call returns to them: their `own`, `all` that an administrator gets, …"""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        short = isinstance(value, str) or (isinstance(value, dict) and "call" not in value)
        return {"call": value} if short else value


class FunctionDoor(Entry):
    """Who gets which rows from a function: each identity by its name."""

    model_config = {**Entry.model_config, "extra": "allow"}
    family: ClassVar[str] = "access_functions"
    settings: ClassVar[frozenset[str]] = frozenset({"owner", "rows_of", "sql"})

    sql: str
    """The query that is made: `select * from search_memories('[1,0,0]', 0, 10)`."""
    owner: Owner | None = None
    """How a returned row shows whose it is, where it has a column for that."""
    rows_of: str | None = None
    """Otherwise: the table whose primary key the rows return, under the same names."""
    __pydantic_extra__: dict[str, CallAccess] = Field(init=False)

    def items(self) -> Iterator[tuple[str, CallAccess]]:
        """Yield each identity's name and what is expected of it."""
        yield from (self.__pydantic_extra__ or {}).items()


class Identities(Entry):
    """Who tries: identities by a name of your choice."""

    model_config = {**Entry.model_config, "extra": "allow"}
    __pydantic_extra__: dict[str, IdentityEntry] = Field(init=False)

    def items(self) -> Iterator[tuple[str, IdentityEntry]]:
        """Yield each name and its entry."""
        yield from (self.__pydantic_extra__ or {}).items()


class AccessTables(Entry):
    """Tables by name."""

    model_config = {**Entry.model_config, "extra": "allow"}
    __pydantic_extra__: dict[str, TableAccess] = Field(init=False)

    def items(self) -> Iterator[tuple[str, TableAccess]]:
        """Yield each name and its entry."""
        yield from (self.__pydantic_extra__ or {}).items()


class AccessViews(Entry):
    """Views by name."""

    model_config = {**Entry.model_config, "extra": "allow"}
    __pydantic_extra__: dict[str, ViewDoor] = Field(init=False)

    def items(self) -> Iterator[tuple[str, ViewDoor]]:
        """Yield each name and its entry."""
        yield from (self.__pydantic_extra__ or {}).items()


class AccessFunctions(Entry):
    """Calls of functions, each by a name of your choice."""

    model_config = {**Entry.model_config, "extra": "allow"}
    __pydantic_extra__: dict[str, FunctionDoor] = Field(init=False)

    def items(self) -> Iterator[tuple[str, FunctionDoor]]:
        """Yield each name and its entry."""
        yield from (self.__pydantic_extra__ or {}).items()


class Given(Entry):
    """Rows that are there. Short form: SQL files, or rows by table."""

    short_form: ClassVar[dict[str, Any] | None] = {
        "anyOf": [
            {"type": ["string", "array"]},
            {"type": "object", "additionalProperties": {"type": "array"}},
        ]
    }

    sql: Names = []
    """SQL files or patterns, relative to this file; run as administrator."""
    rows: dict[str, list[dict[str, Any]]] = {}
    """Rows by table. Columns that must have a value and are not named get one."""

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        if isinstance(value, (str, list)):
            return {"sql": value}
        if isinstance(value, dict) and not value.keys() <= {"sql", "rows"}:
            return {"rows": value}
        return value


_COMMANDS = ("select", "insert", "update", "delete")


def _cells(text: Any) -> dict[str, str]:
    """Return how far each command reaches: `own`, `select all`, `select all, insert own`."""
    found: dict[str, str] = {}
    for part in str(text).split(","):
        command, _, reach = part.strip().rpartition(" ")
        commands = _COMMANDS if not command else (command.strip(),)
        if reach not in ("own", "some", "all", "none") or not set(commands) <= set(_COMMANDS):
            raise ValueError(
                f"`{text}` is not `own`, `some`, `all` or `none`, nor such as "
                "`select all, insert own` for single commands"
            )
        found |= dict.fromkeys(commands, reach)
    return found


def _matrix(value: Any) -> Any:
    if value is True:
        return {}
    if isinstance(value, dict) and all(isinstance(roles, dict) for roles in value.values()):
        return {
            table: {role: _cells(text) for role, text in roles.items()}
            for table, roles in value.items()
        }
    raise ValueError(
        "expected `true`, or roles and what they reach by table: `{notes: {anon: none}}`"
    )


Matrix = Annotated[
    dict[str, dict[str, dict[str, str]]],
    BeforeValidator(_matrix),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": True},
                {
                    "type": "object",
                    "additionalProperties": {
                        "type": "object",
                        "additionalProperties": {"type": "string"},
                    },
                },
            ]
        }
    ),
]


class Isolation(Rule):
    """That no tenant can reach another's rows. Short form: the column with the tenant."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}

    by: str
    """Column that says whose a row is: `user_id`, `tenant_id`. Tables that have it are in scope,
    and those that refer to them by a foreign key."""
    role: str = "authenticated"
    """Role that tenants act as."""
    claim: str = "sub"
    """Claim of the token that the column is compared with: `sub`, `app_metadata.tenant_id`."""
    setting: str | None = None
    """Setting that it is compared with, where it is not a claim: `app.tenant_id`."""

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        return {"by": value} if isinstance(value, str) else value


class Access(Entry):
    """Behaviour: who can reach what, tried on a copy of a disposable database."""

    family: ClassVar[str] = "access"
    settings: ClassVar[frozenset[str]] = frozenset({"identities", "given", "generate", "exact"})

    identities: Identities = Identities()
    """Who tries."""
    given: Given | None = None
    """Rows that are there when they do."""
    generate: bool = True
    """Rows are made for each identity in the tables in which it has none: parents, NOT NULL, enums,
    checks and vectors are taken care of."""
    tables: AccessTables | None = None
    """What each identity can reach in tables."""
    views: AccessViews | None = None
    """What each identity can reach through views."""
    functions: AccessFunctions | None = None
    """What each identity gets from functions."""
    matrix: Matrix | None = None
    """How far each role of an identity reaches in the tables in scope, as grants and policies say
    and as observed; the two must agree. `true`, or also what it is by table and role:
    `{notes: {authenticated: own, anon: none}, plans: {authenticated: select all}}`."""
    isolate: Isolation | None = None
    """Nobody sees or touches a row of somebody else: tried with two generated tenants in every
    table that has the column, and through views, functions and publications."""
    exact: bool = False
    """Whether what the matrix does not have is a failure, if somebody reaches it."""


def with_matrix(access: Access | None) -> Access:
    """Return the same with the matrix asked for, whether or not the file does."""
    if access is None:
        return Access.model_validate({"matrix": True})
    return access if access.matrix is not None else access.model_copy(update={"matrix": {}})


def problems(access: Access | None) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield path and message of what does not fit together."""
    if access is None:
        return
    known = [name for name, _ in access.identities.items()]
    sections: Mapping[str, Any] = {
        "tables": access.tables, "views": access.views, "functions": access.functions,
    }  # fmt: skip
    for section, doors in sections.items():
        for name, door in doors.items() if doors is not None else ():
            here = ("access", section, name)
            for identity, entry in door.items():
                if identity not in known:
                    listed = ", ".join(known) or "none"
                    yield (*here, identity), f"there is no such identity; there are: {listed}"
                wanted = [getattr(entry, field) for field in entry.model_fields_set]
                if section != "tables" and getattr(door.owner, "through", None):
                    yield here, "`through` is for tables; say `rows_of:` and the table's name"
                if "own" in wanted and not (door.owner or getattr(door, "rows_of", None)):
                    yield (*here, identity), "`own` needs `owner:`, the column with the owner"
            if not [*door.items()]:
                yield here, "nothing is expected here; name identities"
