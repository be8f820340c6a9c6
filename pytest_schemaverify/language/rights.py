"""Who may do what: roles, privileges on objects, default privileges."""

import re
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from .base import Described, Listed, Named, Terms, Thing, Things

_WORDS = frozenset({
    "all", "select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain",
    "execute", "usage", "create", "connect", "temporary", "temp", "set", "alter system",
})  # fmt: skip
_GRANTABLE = re.compile(r"\s+with\s+grant\s+option$", re.IGNORECASE)

_ON_COLUMNS = re.compile(r"(select|insert|update|references) ?\((.+)\)")


def _privileges(value: Any) -> Any:
    if isinstance(value, str):
        value = [] if value in ("none", "absent") else [value]
    if not isinstance(value, list):
        return value
    return [_privilege(one) if isinstance(one, str) else one for one in value]


def _privilege(text: str) -> str:
    word = _GRANTABLE.sub("", " ".join(text.lower().split()))
    if on_columns := _ON_COLUMNS.fullmatch(word):
        privilege, listed = on_columns.groups()
        raise ValueError(
            f"`{text}` is for single columns: say it of each, "
            f"`columns: {{{listed.split(',')[0]}: {{grants: {{role: [{privilege}]}}}}}}`"
        )
    if word not in _WORDS:
        raise ValueError(f"`{text}` is no privilege; there are {', '.join(sorted(_WORDS))}")
    word = "temporary" if word == "temp" else word
    return f"{word} with grant option" if _GRANTABLE.search(text) else word


Privileges = Annotated[
    list[str],
    BeforeValidator(_privileges),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Grant(Terms):
    """What is granted to one role. Short form: all of it, `[select, insert]`, `[]` for nothing."""

    family: ClassVar[str] = "privileges"
    short_form: ClassVar[dict[str, Any] | None] = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    }

    exactly: Privileges | None = None
    """These privileges and no others: `[select, insert]`, `[select with grant option]`, `all`."""
    at_least: Privileges | None = None
    """These privileges; there may be others."""
    without: Privileges | None = None
    """None of these privileges."""

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return {"exactly": value} if isinstance(value, (str, list)) else value


class Grants(Named):
    """Privileges on an object by role; `public` stands for everyone."""

    family: ClassVar[str] = "grants"
    without_exact: ClassVar[str] = "grants.clients"
    exact: bool | None = None
    """Whether privileges of roles that are not named here, and not the owner, are failures. Where
    it says nothing, those of `defaults.clients` are."""
    __pydantic_extra__: dict[str, Grant] = Field(init=False)


class DefaultGrants(Grants):
    """Privileges on objects that are yet to be made, by role; `public` stands for everyone."""

    part: ClassVar[str] = "default_grants"


class SchemaDefaults(Terms):
    """What holds for objects that the role makes in one schema, besides what holds in all."""

    family: ClassVar[str] = "schema_defaults"
    implied: ClassVar[tuple[str, ...]] = ("exists",)

    tables: DefaultGrants | None = None
    """Privileges on tables and views."""
    sequences: DefaultGrants | None = None
    """Privileges on sequences."""
    functions: DefaultGrants | None = None
    """Privileges on functions and procedures."""
    types: DefaultGrants | None = None
    """Privileges on types."""


class SchemasDefaults(Named):
    """What holds for objects that the role makes, by schema."""

    __pydantic_extra__: dict[str, SchemaDefaults] = Field(init=False)


class RoleDefaults(Terms):
    """What holds for objects that one role makes."""

    family: ClassVar[str] = "default_privileges"
    implied: ClassVar[tuple[str, ...]] = ("exists",)

    in_: SchemasDefaults | None = Field(None, alias="in")
    """What is granted in some schemas, besides what holds in all: `{public: {tables: …}}`."""
    tables: DefaultGrants | None = None
    """Privileges on tables and views, in all schemas."""
    sequences: DefaultGrants | None = None
    """Privileges on sequences, in all schemas."""
    functions: DefaultGrants | None = None
    """Privileges on functions and procedures, in all schemas."""
    types: DefaultGrants | None = None
    """Privileges on types, in all schemas."""
    schemas: DefaultGrants | None = None
    """Privileges on schemas."""


class DefaultPrivileges(Named):
    """Privileges that objects get when they are made, by the role that makes them."""

    __pydantic_extra__: dict[str, RoleDefaults] = Field(init=False)


class Membership(Thing):
    """A role that another is a direct member of."""

    family: ClassVar[str] = "memberships"

    admin: bool | None = None
    """Whether it may make others members: `with admin option`."""
    inherit: bool | None = None
    """Whether it has the privileges of that role without `set role`."""
    set: bool | None = None
    """Whether it may `set role` to it. PostgreSQL 16 and later can forbid that."""


class Memberships(Listed):
    """Roles that a role is a direct member of. Short form: their list; `[]` for none."""

    family: ClassVar[str] = "memberships"
    __pydantic_extra__: dict[str, Membership] = Field(init=False)


class Role(Described):
    """A role of the cluster."""

    family: ClassVar[str] = "roles"

    superuser: bool | None = None
    """Whether no privilege is checked for it at all."""
    login: bool | None = None
    """Whether it can log in."""
    createdb: bool | None = None
    """Whether it may create databases."""
    createrole: bool | None = None
    """Whether it may create roles."""
    bypassrls: bool | None = None
    """Whether row-level security does not apply to it."""
    replication: bool | None = None
    """Whether it may start replication, and read everything that way."""
    inherit: bool | None = None
    """Whether new memberships give it their privileges without `set role`."""
    connection_limit: int | None = None
    """Number of connections that it may have at once; -1 for no limit."""
    valid_until: str | None = None
    """End of its password's validity, a date or a time; `absent` when there must be none."""
    settings_: dict[str, str | int | float | bool] | None = Field(None, alias="settings")
    """Settings that it starts with: `{statement_timeout: 8s}`; `absent` for one that it must not
    have."""
    member_of: Memberships | None = None
    """Roles that it is a direct member of."""


class Roles(Things):
    """Roles by name."""

    family: ClassVar[str] = "roles"
    __pydantic_extra__: dict[str, Role] = Field(init=False)
