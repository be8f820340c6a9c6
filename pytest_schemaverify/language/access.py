"""What the file says about behaviour: who can reach which rows."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from .base import Entry, Named, Terms, Thing
from .doors import FunctionDoor, TableAccess, ViewDoor
from .other_words import did_you_mean
from .own_keys import EXCEPT
from .rules import Rule
from .values import Name, Names, Reason


class IdentityEntry(Entry):
    """Somebody who uses the database: a role and what their token says. Short form: the role."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short_for: ClassVar[Mapping[type, str]] = {str: "role"}

    role: Name
    """Role that they act as: `authenticated`, `anon`."""
    claims: dict[str, Any] = {}
    """Claims of the token, `sub` among them, as deep as they are. They are set in both forms,
    `request.jwt.claims` and `request.jwt.claim.<name>`; `role` is the role unless it is given."""
    # `settings` is what all entries have as a variable of the class.
    settings_: dict[str, str] = Field({}, alias="settings")
    """Settings that policies read, where it is not a token: `{app.tenant_id: "7"}`."""
    bypasses_rls: bool = False
    """Row-level security is meant not to hold for them, as for `service_role`. Without this a role
    for which it does not hold fails."""


class Identities(Named):
    """Who tries: identities by a name of your choice that is no key of tables, such as `owner`."""

    __pydantic_extra__: dict[str, IdentityEntry] = Field(init=False)


class AccessTables(Named):
    """Tables by name."""

    __pydantic_extra__: dict[str, TableAccess] = Field(init=False)


class AccessViews(Named):
    """Views by name."""

    __pydantic_extra__: dict[str, ViewDoor] = Field(init=False)


class AccessFunctions(Named):
    """Calls of functions, each by a name of your choice."""

    __pydantic_extra__: dict[str, FunctionDoor] = Field(init=False)


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
        found: dict[str, Any] = {
            table: {role: _cells(text) for role, text in roles.items()}
            for table, roles in value.items()
            if table != EXCEPT
        }
        # A word that SQL keeps for itself, so that a table of that name is written in quotes.
        return found | ({EXCEPT: _reasons(value[EXCEPT])} if EXCEPT in value else {})
    raise ValueError(
        "expected `true`, or roles and what they reach by table: `{notes: {anon: none}}`"
    )


def _reasons(tables: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """Return the reasons by table, role and command; one for a role stands for all its commands."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for table, roles in tables.items():
        for role, said in roles.items() if isinstance(roles, dict) else ((table, None),):
            reasons: dict[str, Any]
            reasons = said if isinstance(said, dict) else dict.fromkeys(_COMMANDS, said)
            short = any(not isinstance(one, str) or len(one) < 3 for one in reasons.values())
            if short or not set(reasons) <= set(_COMMANDS):
                raise ValueError(
                    "expected reasons by table, role and command: "
                    "`except: {jobs: {anon: {insert: a trigger takes it}}}`"
                )
            found.setdefault(table, {})[role] = reasons
    return found


_BY_ROLE = {"type": "object", "additionalProperties": {"type": "string"}}
_REASON = {"type": "string", "minLength": 3}
_BY_COMMAND = {
    "type": "object",
    "properties": {
        name: {"description": f"Why {name} does not count.", **_REASON} for name in _COMMANDS
    },
    "additionalProperties": False,
}
_REASONS = {
    "description": "Cells that the matrix is not about, by table, role and command, with reasons.",
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "additionalProperties": {"anyOf": [_REASON, _BY_COMMAND]},
    },
}
Matrix = Annotated[
    dict[str, dict[str, dict[str, Any]]],
    BeforeValidator(_matrix),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": True},
                {
                    "type": "object",
                    "properties": {EXCEPT: _REASONS},
                    "additionalProperties": _BY_ROLE,
                },
            ]
        }
    ),
]


class TenantMembership(Entry):
    """Which columns of a table say who belongs to which tenant.

    Further keys are columns, each with the value that members have there: `role: owner`, or a
    claim, `{claim: sub}`.
    """

    model_config = ConfigDict(extra="allow")

    user: str
    """Column with the member, who is the claim `sub` of a token."""
    tenant: str
    """Column with the tenant."""

    @property
    def others(self) -> dict[str, Any]:
        """What members have in other columns."""
        return self.__pydantic_extra__ or {}


class Isolation(Rule):
    """That no tenant can reach another's rows. Short form: the column with the tenant."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short_for: ClassVar[Mapping[type, str]] = {str: "by"}

    by: str
    """Column that says whose a row is: `user_id`, `tenant_id`. Tables that have it are in scope,
    and those that refer to them by a foreign key."""
    role: Name = "authenticated"
    """Role that tenants act as."""
    claim: str | None = None
    """Claim of the token that the column is compared with: `app_metadata.tenant_id`. By default
    the one that its policies agree on, and otherwise `sub`."""
    setting: str | None = None
    """Setting that it is compared with, where it is not a claim: `app.tenant_id`."""
    claims: dict[str, Any] = {}
    """What else the tokens of both tenants say, where policies want it: `{aal: aal2}`. In it,
    `{claim: team}` stands for what `claim: team` is of each: `{teams: [{claim: team}]}`."""
    also: Names = []
    """Further columns that say whose a row is, `receiver_id` beside `by: sender_id`: a row belongs
    to each tenant that one of them names."""
    members: dict[str, TenantMembership] = {}
    """Tables that say who belongs to which tenant, each with its two columns and with values of
    others: `{org_members: {user: user_id, tenant: org_id, role: owner}}`. Each tenant is made a
    member of itself there. Where foreign keys and policies tell it, no table needs to be named."""
    rows: dict[str, dict[str, Any]] = {}
    """What rows of tenants have in tables, by column: a value, or a claim of the tenant's token:
    `{members: {person: {claim: sub}, role: admin}}`. Columns that plainly say who somebody is have
    `sub` without being named: they refer to users, or policies compare them with who is there."""
    shared: dict[str, str] = {}
    """Conditions on rows that others may see, by table: `{posts: published}`, `{plans: "true"}`.
    Nobody else may change them or add some in another's name."""
    reveals: dict[str, Reason] = {}
    """Constraints that may tell a tenant about rows of another, each with the reason:
    `{comments_post_id_fkey: ids are random}`. One that reveals nothing fails."""


class Access(Terms):
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
    `{notes: {authenticated: own, anon: none}, plans: {authenticated: select all}}`. Under `except`
    cells with the reason why they do not count: `{except: {jobs: {anon: {insert: a trigger}}}}`."""
    isolate: Isolation | None = None
    """Nobody sees or touches a row of somebody else: tried with two generated tenants in every
    table that has the column, and through views, functions and publications."""
    default_privileges: Rule | None = None
    """Default privileges give clients nothing on tables that no policy covers: TRUNCATE, setval().
    This is looked at wherever tables are tried; here it has its exemptions, by table or sequence:
    `{except: {"*": the API sends neither, and clients have no other way in}}`."""
    exact: bool = False
    """Whether what the matrix does not have is a failure, if somebody reaches it."""


def held_back(access: Access) -> bool:
    """Return whether somebody is to be kept from adding or deleting rows of tables."""
    if access.isolate is not None:
        return True
    who = {name for name, identity in access.identities.items() if not identity.bypasses_rls}
    doors: Iterator[tuple[str, TableAccess]] = access.tables.items() if access.tables else iter(())
    return bool(who and access.matrix is not None) or any(
        name in who and not {entry.insert, entry.delete} <= {None, "all"}
        for _, door in doors
        for name, entry in door.items()
    )


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
    doors_of = (TableAccess, ViewDoor, FunctionDoor, Thing)
    keys = {key for model in doors_of for key in model.model_fields}
    # Identities of a table stand beside these keys, in one mapping.
    for name in keys.intersection(known):
        yield ("access", "identities", name), "an identity cannot be called as a key of tables is"
    sections: Mapping[str, Any] = {
        "tables": access.tables, "views": access.views, "functions": access.functions,
    }  # fmt: skip
    for section, doors in sections.items():
        for name, door in doors.items() if doors is not None else ():
            yield from _of_door(("access", section, name), door, known)


def _of_door(
    here: tuple[str, ...], door: TableAccess | ViewDoor | FunctionDoor, known: list[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for identity, entry in door.items():
        if identity not in known:
            yield (*here, identity), _unknown(identity, known)
        wanted = [getattr(entry, field) for field in entry.model_fields_set - entry.settings]
        if not isinstance(door, TableAccess) and door.owner and door.owner.through:
            yield here, "`through` is for tables; say `rows_of:` and the table's name"
        if "own" in wanted and not (door.owner or getattr(door, "rows_of", None)):
            yield (*here, identity), "`own` needs `owner:`, the column with the owner"
    columns = [*door.columns.items()] if isinstance(door, TableAccess) and door.columns else []
    for identity, _ in columns:
        if identity not in known:
            yield (*here, "columns", identity), _unknown(identity, known)
    if not [*door.items(), *columns]:
        yield here, "nothing is expected here; name identities"


def _unknown(name: str, known: list[str]) -> str:
    if told := did_you_mean(name, known):
        return f"there is no such identity{told}"
    return (
        f"there is no such identity; there are: {', '.join(known) or 'none'}; write for example "
        f"`identities: {{{name}: authenticated}}` in `access`"
    )
