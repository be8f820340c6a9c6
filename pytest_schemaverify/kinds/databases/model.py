"""What a file says of the database."""

from typing import Any, ClassVar

from pydantic import Field, model_validator

from pytest_schemaverify.kinds.extensions.model import Extensions
from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.language.base import Entry
from pytest_schemaverify.language.other_words import did_you_mean
from pytest_schemaverify.language.values import Names, Settings


class PlatformScripts(Entry):
    """What a platform has besides what it always has."""

    extra: Names = []
    """SQL files or patterns, relative to this file, that run after the platform's own."""


class Platform(Entry):
    """A platform. Short form: its name, `supabase`."""

    short_form: ClassVar[dict[str, Any] | None] = {
        "type": "string",
        "enum": ["postgres", "supabase"],
    }

    postgres: PlatformScripts | None = None
    """Nothing but PostgreSQL."""
    supabase: PlatformScripts | None = None
    """Supabase's roles, schemas and functions."""

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            if value not in cls.model_fields:
                told = did_you_mean(value, cls.model_fields)
                raise ValueError(f"`{value}` is not `postgres` or `supabase`{told}")
            return {value: {}}
        if isinstance(value, dict):
            if len(value) != 1:
                raise ValueError("name one platform, `postgres` or `supabase`")
            return {name: {} if scripts is None else scripts for name, scripts in value.items()}
        return value

    @property
    def name(self) -> str:
        """Which platform it is."""
        return "supabase" if self.supabase is not None else "postgres"

    @property
    def extra(self) -> list[str]:
        """SQL files or patterns that run after the platform's own."""
        scripts = self.supabase or self.postgres
        return scripts.extra if scripts else []


class Database(Entry):
    """How a disposable database is built, before the migrations; and what holds for any."""

    family: ClassVar[str] = "databases"
    part: ClassVar[str] = "databases"
    settings: ClassVar[frozenset[str]] = frozenset({"platform", "prepare"})

    platform: Platform = Platform(postgres=PlatformScripts())
    """What is there beforehand: nothing, or Supabase's roles, schemas and functions."""
    prepare: Names = []
    """SQL files or patterns, relative to this file, that run before anything else of yours."""
    extensions: Extensions | None = None
    """Extensions that are created beforehand, and expected of any database."""
    owner: str | None = None
    """Role that owns the database."""
    comment: str | None = None
    """Comment on the database; `absent` when there must be none."""
    connection_limit: int | None = None
    """Number of connections that it may have at once; -1 for no limit."""
    template: bool | None = None
    """Whether everybody who may create databases may copy it."""
    tablespace: str | None = None
    """Tablespace of what names none: `pg_default`."""
    settings_: Settings | None = Field(None, alias="settings")
    """Settings that every session in it starts with, by `alter database … set`; `absent` for one
    that it must not have, `exact: true` for no others."""
    settings_of_every_role: Settings | None = None
    """Settings that every role starts with in any database, by `alter role all set`; `absent` and
    `exact` as in `settings`."""
    grants: Grants | None = None
    """Privileges on the database by role: `{app: [connect], public: []}`."""
