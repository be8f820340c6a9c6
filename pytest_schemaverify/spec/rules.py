"""Statements about everything in scope, and exceptions from them."""

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, model_validator

from .base import Entry


class Exempt(Entry):
    """Why a rule does not hold for one object. Short form: the reason."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}

    reason: str = Field(min_length=3)
    """Why this is right."""
    until: date | None = Field(None, strict=False)
    """Last day on which it holds; afterwards it fails."""
    owner: str | None = None
    """Who answers for it."""

    @model_validator(mode="before")
    @classmethod
    def _from_reason(cls, value: Any) -> Any:
        return {"reason": value} if isinstance(value, str) else value


class Rule(Entry):
    """A statement about everything in scope. Short form: `true`."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "boolean"}

    schemas: list[str] | None = None
    """Schemas in scope; by default `defaults.schema` and those under `schemas`."""
    exceptions: dict[str, Exempt] = Field({}, alias="except")
    """Objects for which it does not hold, each with its reason. One that is not needed fails."""

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        return {} if value is True else value


def off(value: Any) -> Any:
    """Return nothing for `false`: the rule is off."""
    return None if value is False else value


Switch = Annotated[Rule | None, BeforeValidator(off)]


class VectorRule(Rule):
    """How long vectors are in the migration files. Short form: `true`."""

    dimensions: int | None = None
    """Number of dimensions; by default the one that most of them have."""


class LockRule(Rule):
    """Which statements keep others waiting. Short form: `true`."""

    postgres: int | None = None
    """Major version of the server that they are meant for, if that is older than 13."""


class Rules(Entry):
    """Rules over everything in scope."""

    family: ClassVar[str] = "rules"

    row_level_security: Switch = None
    """Every table has row-level security enabled."""
    no_security_definer: Switch = None
    """No function runs with its owner's rights."""
    function_search_path: Switch = None
    """Every function pins its search_path."""
    primary_key: Switch = None
    """Every table has a primary key."""
    foreign_keys_indexed: Switch = None
    """Every foreign key has an index that starts with its columns."""
    no_credentials: Switch = None
    """No migration file holds a password, a key, a token or a connection string with one."""
    no_conflicting_definitions: Switch = None
    """Nothing is defined twice, and differently, in the migration files."""
    no_dangling_references: Switch = None
    """What functions, views, policies and triggers of the migration files name exists."""
    one_vector_dimension: Annotated[VectorRule | None, BeforeValidator(off)] = None
    """All vectors in the migration files have one number of dimensions."""
    definer_search_path: Switch = None
    """Functions of the migration files that run with their owner's rights pin their search_path."""
    rls_on_created_tables: Switch = None
    """The migration files enable row-level security on every table that they create."""
    no_destructive_statements: Switch = None
    """The migration files destroy nothing without a comment that approves it."""
    no_blocking_statements: Annotated[LockRule | None, BeforeValidator(off)] = None
    """The migration files keep no table locked that others work with."""
    no_rollbacks: Switch = None
    """No script that leads back is among the migration files."""
