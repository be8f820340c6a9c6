"""Statements about everything in scope, and exemptions from them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticKnownError

from .base import Entry, Named, Terms
from .matching import no_expression
from .presets import FORM, PRESETS, rules_of
from .presets import preset as known_preset
from .values import Name

_DAY = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"


def _day(value: Any) -> Any:
    # By itself pydantic takes a number as well: of seconds since 1970.
    if not isinstance(value, str) or not re.match(_DAY, value, re.ASCII):
        raise PydanticKnownError("date_parsing", {"error": ""})
    return value


class Exemption(Entry):
    """Why a rule does not hold for one object. Short form: the reason."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "string", "minLength": 3}
    short_for: ClassVar[Mapping[type, str]] = {str: "reason"}

    reason: str = Field(min_length=3)
    """Why this is right."""
    # Not strict, because a date in YAML is a text here, and strict models take none for a date.
    until: Annotated[
        date | None,
        BeforeValidator(_day),
        WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY}),
    ] = Field(None, strict=False)
    """Last day on which it holds; afterwards it fails."""
    owner: str | None = None
    """Who answers for it."""


class Reviewed(Exemption):
    """Why a rule does not hold for one function. Short form: the reason."""

    body: str | None = Field(None, pattern=r"^sha256:[0-9a-f]+$")
    """Hash of the function's body that was reviewed, `sha256:…`; another body fails, and the
    failure has its hash."""


class Allowed(Exemption):
    """Why a function may be called on an existing database. Short form: the reason."""

    family: ClassVar[str] = "allow_functions"
    settings: ClassVar[frozenset[str]] = frozenset({"reason", "until", "owner"})
    implied: ClassVar[tuple[str, ...]] = ("needed",)


class AllowedFunctions(Named):
    """Functions that SQL in the file may call on an existing database, by name or signature."""

    __pydantic_extra__: dict[str, Allowed] = Field(init=False)


class Rule(Terms):
    """A statement about everything in scope. Short form: `true`."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "boolean"}

    schemas: list[Name] | None = None
    """Schemas in scope; by default `defaults.schema` and those under `schemas`."""
    # `except` is a keyword of Python.
    exemptions: dict[str, Exemption] = Field({}, alias="except")
    """Objects, or patterns of names, for which it does not hold, each with its reason. One that is
    not needed fails."""

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        return {} if value is True else value


class FunctionRule(Rule):
    """A statement about functions in scope. Short form: `true`."""

    exemptions: dict[str, Reviewed] = Field({}, alias="except")  # type: ignore[assignment]
    """Functions, or patterns of names, for which it does not hold, each with its reason. One that
    is not needed fails. Rules that try functions do not call these."""


def off(value: Any) -> Any:
    """Return nothing for `false`: the rule is off."""
    return None if value is False else value


Switch = Annotated[Rule | None, BeforeValidator(off)]
FunctionSwitch = Annotated[FunctionRule | None, BeforeValidator(off)]


class VectorRule(Rule):
    """How long vectors are in the migration files. Short form: `true`."""

    dimensions: int | None = None
    """Number of dimensions; by default the one that most of them have."""


class LockRule(Rule):
    """Which statements keep others waiting. Short form: `true`."""

    postgres: int | None = None
    """Major version of the server that they are meant for, if that is older than 13."""


class NamingRule(Rule):
    """Regular expressions that the names of each kind of object match."""

    tables: str | None = None
    """Names of tables: `"^[a-z][a-z0-9_]*$"`."""
    columns: str | None = None
    """Names of columns."""
    views: str | None = None
    """Names of views."""
    functions: str | None = None
    """Names of functions."""
    constraints: str | None = None
    """Names of constraints."""
    indexes: str | None = None
    """Names of indexes."""
    policies: str | None = None
    """Names of policies."""
    triggers: str | None = None
    """Names of triggers."""

    @property
    def patterns(self) -> tuple[tuple[str, str], ...]:
        """Each kind of object that has a pattern, and the pattern."""
        # The terms stand beside the patterns, and `severity` is no kind of object.
        kinds = [kind for kind in type(self).model_fields if kind not in Rule.model_fields]
        found = [(kind, getattr(self, kind)) for kind in kinds]
        return tuple((kind, pattern) for kind, pattern in found if pattern is not None)

    @model_validator(mode="after")
    def _patterns_that_are_some(self) -> "NamingRule":
        if not self.patterns:
            raise ValueError('nothing would be checked; write for example `tables: "^[a-z_]+$"`')
        for kind, pattern in self.patterns:
            if why := no_expression(pattern):
                raise ValueError(f"`{kind}` is no regular expression: {why}")
        return self


_ONE_IS_ENOUGH = "each preset has the rules of those before it: " + ", ".join(PRESETS)


def _named(rules: list[str]) -> str:
    return f"{{{', '.join(f'{rule}: true' for rule in rules)}}}"


class Rules(Entry):
    """Rules over everything in scope. Short form: a preset, `supabase`."""

    family: ClassVar[str] = "rules"
    settings: ClassVar[frozenset[str]] = frozenset({"preset"})
    short_form: ClassVar[dict[str, Any] | None] = FORM
    short_for: ClassVar[Mapping[type, str]] = {str: "preset"}

    preset: Annotated[str, AfterValidator(known_preset), WithJsonSchema(FORM)] | None = None
    """`recommended`: what nearly every database should keep; `supabase`: that, and what clients
    reach; `strict`: all that needs no parameters. `supabase@0.1` keeps the rules of that version. A
    rule that is named beside it says for itself what holds, and `false` switches it off."""
    _by_preset: frozenset[str] = PrivateAttr(frozenset())

    row_level_security: Switch = None
    """Every table has row-level security enabled."""
    no_security_definer: FunctionSwitch = None
    """No function runs with its owner's rights."""
    function_search_path: FunctionSwitch = None
    """Every function pins its search_path."""
    primary_key: Switch = None
    """Every table has a primary key."""
    foreign_keys_indexed: Switch = None
    """Every foreign key has an index that starts with its columns."""
    no_credentials: Switch = None
    """No migration file holds a password, a key, a token or a connection string with one."""
    no_conflicting_definitions: Switch = None
    """Nothing is defined twice, and differently, in the migration files."""
    no_dangling_references: FunctionSwitch = None
    """What functions, views, policies and triggers of the migration files name exists."""
    one_vector_dimension: Annotated[VectorRule | None, BeforeValidator(off)] = None
    """All vectors in the migration files have one number of dimensions."""
    definer_search_path: FunctionSwitch = None
    """Functions of the migration files that run with their owner's rights pin their search_path."""
    rls_on_created_tables: Switch = None
    """The migration files enable row-level security on every table that they create."""
    no_destructive_statements: Switch = None
    """The migration files destroy nothing without a comment that approves it."""
    no_blocking_statements: Annotated[LockRule | None, BeforeValidator(off)] = None
    """The migration files keep no table locked that others work with."""
    no_rollbacks: Switch = None
    """No script that leads back is among the migration files."""
    rls_forced: Switch = None
    """Every table with row-level security forces it on its owner too."""
    rls_has_policies: Switch = None
    """Every table with row-level security has a policy."""
    policies_in_force: Switch = None
    """Every table with policies has row-level security enabled."""
    policies_for_users: Switch = None
    """Every table with policies has one for a role that does not bypass them."""
    no_always_true_writes: Switch = None
    """No policy lets everybody that it is for write every row."""
    no_anonymous_writes: Switch = None
    """No policy is for writes by PUBLIC or `anon`, unless it asks who is there."""
    no_user_metadata_in_policies: Switch = None
    """No policy, and nothing that it calls, trusts `user_metadata`, which every user can edit."""
    no_rights_from_user_metadata: FunctionSwitch = None
    """No function stores what users say about themselves where policies find their rights."""
    no_self_comparisons: Switch = None
    """No policy, view or function compares a column with itself where it means another one."""
    published_tables_secured: Switch = None
    """Tables that publications send have row-level security, and policies for who subscribes."""
    no_published_old_rows: Switch = None
    """No table with policies sends old rows, which no policy is asked about, to subscribers."""
    no_open_files_or_topics: Switch = None
    """No policy opens a private bucket, or every topic, to whoever has signed in."""
    no_public_buckets: Switch = None
    """No bucket of Supabase's storage is public, unless a policy lets everybody read its files."""
    no_identity_from_headers: Switch = None
    """No policy takes a user, a tenant or a role from a header, which everybody can send."""
    auth_called_once: Switch = None
    """Policies call `auth.uid()` and its like once for a statement."""
    one_permissive_policy: Switch = None
    """Each role has at most one permissive policy for a command."""
    definer_functions_pinned: FunctionSwitch = None
    """Every function that runs with its owner's rights pins its search_path."""
    no_definer_for_clients: FunctionSwitch = None
    """No function that runs with its owner's rights can be called by `defaults.clients`."""
    no_dynamic_sql_as_owner: FunctionSwitch = None
    """No function puts SQL together and runs it with its owner's rights."""
    views_security_invoker: Switch = None
    """Views over tables with row-level security run with the rights of who asks."""
    no_exposed_materialized_views: Switch = None
    """None of `defaults.clients` can read a materialized view."""
    no_exposed_foreign_tables: Switch = None
    """None of `defaults.clients` can read a foreign table."""
    no_exposed_auth_users: Switch = None
    """None of `defaults.clients` can read `auth.users` through a view."""
    foreign_key_types: Switch = None
    """Columns of foreign keys have the types of those that they refer to."""
    constraints_validated: Switch = None
    """No constraint is NOT VALID."""
    keys_have_room: Switch = None
    """No key that counts in `integer` or `smallint` has used up half of its numbers."""
    sequences_owned: Switch = None
    """Every sequence that a default takes numbers from is owned by a column."""
    no_duplicate_indexes: Switch = None
    """No two indexes of a table are the same."""
    no_overlapping_indexes: Switch = None
    """No btree index is the beginning of another."""
    indexes_valid: Switch = None
    """Every index is valid."""
    no_leftover_indexes: Switch = None
    """No index has the name of one that was left behind: `_ccnew`, `_old`."""
    no_unlogged_tables: Switch = None
    """No table is unlogged."""
    no_leakproof_functions: FunctionSwitch = None
    """No function is LEAKPROOF, so that none is given rows before policies have left any out."""
    immutable_functions: FunctionSwitch = None
    """No IMMUTABLE function reads tables, settings, the token, the role or the clock."""
    function_bodies: FunctionSwitch = None
    """What the bodies of functions name exists in the database, and takes what it is given."""
    no_leaking_definers: FunctionSwitch = None
    """No function that runs with its owner's rights shows a caller rows that they cannot read."""
    no_injectable_definers: FunctionSwitch = None
    """No function that runs with its owner's rights runs SQL that comes in by an argument."""
    no_shadowed_definers: FunctionSwitch = None
    """No function that runs with its owner's rights uses tables or functions of its caller."""
    no_extensions_in_public: Switch = None
    """No extension is installed in the schema `public`."""
    no_default_privileges_for_public: Switch = None
    """No `alter default privileges` gives PUBLIC rights."""
    timestamps_with_time_zone: Switch = None
    """No column of a table is a timestamp without time zone."""
    naming: NamingRule | None = None
    """Names are as patterns say."""

    def asked_by(self, rule: str) -> str:
        """Return the preset that asks for a rule, "" for a rule that the file names itself."""
        return self.preset or "" if rule in self._by_preset else ""

    @model_validator(mode="wrap")
    @classmethod
    def _with_preset(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(value, (list, bool)):
            found = "a list" if isinstance(value, list) else f"`{value}`".lower()
            told = f"expected one preset, or rules, found {found}; {_ONE_IS_ENOUGH}"
            if isinstance(value, list) and value and {*map(str, value)} <= cls.model_fields.keys():
                told = f"expected rules, found {found}; write `rules: {_named(value)}`"
            if isinstance(value, list) and value and {*map(str, value)} <= {*PRESETS}:
                told += f"; write `rules: {max(value, key=PRESETS.index)}`"
            raise ValueError(told)  # noqa: TRY004, because pydantic reports no other
        given = {"preset": value} if isinstance(value, str) else value
        name = str(given.get("preset", "")) if isinstance(given, dict) else ""
        try:
            known_preset(name)
        except ValueError:
            return handler(value)  # the field reports it
        asked = rules_of(name) - given.keys()
        rules = handler({**dict.fromkeys(sorted(asked), True), **given})
        rules._by_preset = asked
        return rules
