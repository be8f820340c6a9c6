"""The shape of expectations.yaml.

The field docstrings are the documentation: the JSON Schema and the reference are made of them.
A field plans the check `<family>.<field>`, which is `checks/<family>/<field>.py`, unless the entry
lists it under `settings`. Mappings of named things keep the names as pydantic extras, so that
`exact:` can stand beside them.
"""

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from .access import Access
from .base import Entry, Names
from .data import Data, SchemaVersion
from .migrations import Migrations
from .operators import Casts, OperatorClasses, Operators
from .replication import Publications, Subscriptions
from .rights import DefaultPrivileges, Grants, Roles
from .rules import AllowedFunctions, Rules
from .schemas import Extensions, Functions, Schemas
from .server import EventTriggers, ForeignServers, Languages, Tablespaces, Wrappers
from .tables import Tables
from .types import Types
from .unmanaged import Unmanaged
from .vectors import Vectors
from .views import MaterializedViews, Sequences, Views


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
                raise ValueError(f"`{value}` is not `postgres` or `supabase`")
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
    grants: Grants | None = None
    """Privileges on the database by role: `{app: [connect], public: []}`."""


class Defaults(Entry):
    """What is meant where nothing is said."""

    settings: ClassVar[frozenset[str]] = frozenset({"schema_", "clients", "severity"})

    schema_: str = Field("public", alias="schema")
    """Schema of names that have none."""
    clients: Names = ["anon", "authenticated"]
    """Roles that clients of the application come as, besides PUBLIC."""
    severity: Literal["error", "warn", "info"] = "error"
    """How bad it is when an expectation does not hold that says nothing else."""


class Spec(Entry):
    """The whole file."""

    settings: ClassVar[frozenset[str]] = frozenset({"version", "include", "vars", "defaults"})

    version: Literal[1] = 1
    """Version of this language."""
    include: Names = []
    """Files with more expectations, relative to this file. What one of them has may not be in
    another; all other paths in them start at the folder of the file that includes."""
    vars: dict[str, str | int | float | bool] = {}
    """Values by name, for `${name}` in any text of the file; `--schema-var name=value` goes before
    them. `${env:NAME:-default}` is the environment's, `$${` stands for itself."""
    defaults: Defaults = Defaults(schema="public")
    """What is meant where nothing is said."""
    database: Database | None = None
    """How a disposable database is built."""
    migrations: Migrations | None = None
    """Files that build a disposable database, and what holds for them."""
    schema_version: SchemaVersion | None = None
    """The version that the database says it has."""
    extensions: Extensions | None = None
    """Extensions that the migrations create."""
    schemas: Schemas | None = None
    """Schemas."""
    types: Types | None = None
    """Types."""
    tables: Tables | None = None
    """Tables."""
    views: Views | None = None
    """Views."""
    materialized_views: MaterializedViews | None = None
    """Materialized views."""
    sequences: Sequences | None = None
    """Sequences."""
    functions: Functions | None = None
    """Functions and procedures."""
    event_triggers: EventTriggers | None = None
    """Event triggers."""
    languages: Languages | None = None
    """Languages for functions."""
    wrappers: Wrappers | None = None
    """Foreign data wrappers."""
    foreign_servers: ForeignServers | None = None
    """Foreign servers."""
    casts: Casts | None = None
    """Casts."""
    operators: Operators | None = None
    """Operators."""
    operator_classes: OperatorClasses | None = None
    """Operator classes of index methods."""
    tablespaces: Tablespaces | None = None
    """Tablespaces of the cluster."""
    publications: Publications | None = None
    """Publications."""
    subscriptions: Subscriptions | None = None
    """Subscriptions."""
    roles: Roles | None = None
    """Roles of the cluster."""
    default_privileges: DefaultPrivileges | None = None
    """Privileges that new objects get, by the role that makes them."""
    vectors: Vectors | None = None
    """What holds for pgvector's columns."""
    unmanaged: Unmanaged | None = None
    """What becomes of objects in scope that the file names nowhere."""
    rules: Rules | None = None
    """Rules over everything in scope."""
    data: Data | None = None
    """What holds for the rows."""
    allow_functions: AllowedFunctions | None = None
    """Functions that SQL in the file may call on an existing database although they are volatile,
    each with the reason why it is harmless: `{app.next_slot: reads only}`."""
    access: Access | None = None
    """Behaviour: who can reach what, tried on a copy of a disposable database."""
