"""The shape of expectations.yaml.

The field docstrings are the documentation: the JSON Schema and the reference are made of them.
A field plans the check `<family>.<field>`, which is `checks/<family>/<field>.py`, unless the entry
lists it under `settings`. Mappings of named things keep the names as pydantic extras, so that
`exact:` can stand beside them.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from . import shorthand

TableLock = Literal[
    "access share", "row share", "row exclusive", "share update exclusive", "share",
    "share row exclusive", "exclusive", "access exclusive",
]  # fmt: skip
Action = Literal["no action", "restrict", "cascade", "set null", "set default"]


def in_lower_case(value: Any) -> Any:
    """Return a keyword of SQL in lower case, as PostgreSQL's own would be."""
    return value.lower() if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _none(value: Any) -> Any:
    return [] if value == "none" else value


def _paired(value: Any) -> Any:
    return {name: name for name in value} if isinstance(value, list) else value


Names = Annotated[
    list[str],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]

Pairs = Annotated[
    dict[str, str],
    BeforeValidator(_paired),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "object", "additionalProperties": {"type": "string"}},
                {"type": "array", "items": {"type": "string"}},
            ]
        }
    ),
]


class Entry(BaseModel):
    """A mapping of the file. Unknown keys are errors and values are not converted."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )
    family: ClassVar[str] = ""
    """Folder of the checks that the fields plan."""
    settings: ClassVar[frozenset[str]] = frozenset()
    """Fields that plan nothing: they say how others are to be read."""
    implied: ClassVar[tuple[str, ...]] = ()
    """Checks that are planned because the entry is there."""
    short_form: ClassVar[dict[str, Any] | None] = None
    """JSON Schema of the short form, where the entry has one."""


class Thing(Entry):
    """A named object. Naming it says that it exists, unless it says `absent`."""

    implied: ClassVar[tuple[str, ...]] = ("exists",)
    settings: ClassVar[frozenset[str]] = frozenset({"absent"})
    short: ClassVar[Callable[[str], dict[str, Any]] | None] = None
    """What reads the short form, where the entry has one."""

    absent: bool | None = None
    """The object must not exist. `name: absent` is the short form."""

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        if value is None:
            return {}
        if value == "absent":
            return {"absent": True}
        if isinstance(value, str) and cls.short is not None:
            return cls.short(value)
        return value

    @model_validator(mode="after")
    def _absent_alone(self) -> "Thing":
        if self.absent and len(self.model_fields_set) > 1:
            raise ValueError("what must not exist has no other attributes")
        return self


class Things(Entry):
    """Named objects; `exact: true` says that no others exist."""

    model_config = ConfigDict(extra="allow")
    exact: bool | None = None
    """Whether objects that are not named here are failures."""

    def items(self) -> Iterator[tuple[str, Thing]]:
        """Yield each name as written and its entry."""
        yield from (self.__pydantic_extra__ or {}).items()


class Extension(Thing):
    """An installed extension. Short form: its version, `vector: ">= 0.5"`."""

    family: ClassVar[str] = "extensions"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(lambda text: {"version": text})

    version: str | None = None
    """Installed version: `"0.8.0"`, `">= 0.5"`, `">= 0.5, < 1"`."""
    schema_: str | None = Field(None, alias="schema")
    """Schema that holds the extension's objects."""


class Extensions(Things):
    """Extensions by name."""

    family: ClassVar[str] = "extensions"
    __pydantic_extra__: dict[str, Extension] = Field(init=False)


class Schema(Thing):
    """A schema."""

    family: ClassVar[str] = "schemas"


class Schemas(Things):
    """Schemas by name."""

    family: ClassVar[str] = "schemas"
    __pydantic_extra__: dict[str, Schema] = Field(init=False)


class Column(Thing):
    """A column. Short form: as in DDL, `uuid not null default gen_random_uuid()`."""

    family: ClassVar[str] = "columns"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(shorthand.column)

    type: str | None = None
    """SQL type, in any spelling that the server takes: `varchar(80)`, `vector(1536)`."""
    nullable: bool | None = None
    """Whether the column accepts NULL."""
    default: str | None = None
    """Default expression; `absent` when there must be none."""
    generated: str | None = None
    """Expression of a generated column; `absent` when it must not be one."""
    identity: Annotated[
        Literal["always", "by default", "absent"] | None, BeforeValidator(in_lower_case)
    ] = None
    """How an identity column takes its values."""


class Columns(Things):
    """Columns by name."""

    family: ClassVar[str] = "columns"
    __pydantic_extra__: dict[str, Column] = Field(init=False)


class ForeignKey(Thing):
    """A foreign key. Short form: `auth.users(id) on delete cascade`."""

    family: ClassVar[str] = "foreign_keys"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(shorthand.foreign_key)

    references: str | None = None
    """Referenced table and columns: `auth.users(id)`."""
    on_delete: Annotated[Action | None, BeforeValidator(in_lower_case)] = None
    """What happens to the row when the referenced one is deleted."""
    on_update: Annotated[Action | None, BeforeValidator(in_lower_case)] = None
    """What happens to the row when the referenced key changes."""


class ForeignKeys(Things):
    """Foreign keys, each by its column, its columns (`a, b`) or its constraint's name."""

    family: ClassVar[str] = "foreign_keys"
    __pydantic_extra__: dict[str, ForeignKey] = Field(init=False)


class CheckConstraint(Thing):
    """A check constraint. Short form: its expression."""

    family: ClassVar[str] = "checks"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(lambda text: {"expression": text})

    expression: str | None = None
    """Expression, compared by what the server makes of it."""


class CheckConstraints(Things):
    """Check constraints by name."""

    family: ClassVar[str] = "checks"
    __pydantic_extra__: dict[str, CheckConstraint] = Field(init=False)


class Index(Thing):
    """An index. Short form: a `create index` statement."""

    family: ClassVar[str] = "indexes"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(shorthand.index)

    method: str | None = None
    """Access method: `btree`, `gin`, `hnsw`."""
    columns: Names | None = None
    """Key columns or expressions in order, each as in DDL:
    `embedding vector_cosine_ops`, `created_at desc`, `lower(email)`."""
    include: Names | None = None
    """Columns that are stored but not part of the key."""
    unique: bool | None = None
    """Whether the index enforces uniqueness."""
    where: str | None = None
    """Predicate of a partial index; `absent` when it must not be partial."""
    with_: dict[str, str | int | float | bool] | None = Field(None, alias="with")
    """Storage parameters: `{m: 16, ef_construction: 64}`."""
    valid: bool | None = None
    """Whether the index is usable: a failed `create index concurrently` leaves one that is not."""


class Indexes(Things):
    """Indexes by name."""

    family: ClassVar[str] = "indexes"
    __pydantic_extra__: dict[str, Index] = Field(init=False)


class Policy(Thing):
    """A row-level security policy."""

    family: ClassVar[str] = "policies"

    command: Annotated[
        Literal["all", "select", "insert", "update", "delete"] | None,
        BeforeValidator(in_lower_case),
    ] = None
    """Command that the policy is for."""
    roles: Names | None = None
    """Exact set of roles; `public` stands for everyone."""
    permissive: bool | None = None
    """Permissive (one of them must hold) or restrictive (each must)."""
    using: str | None = None
    """Expression for rows that are there; `absent` when there must be none."""
    with_check: str | None = None
    """Expression for rows to be written; `absent` when there must be none."""


class Policies(Things):
    """Policies by name. Others are failures unless `exact: false`."""

    family: ClassVar[str] = "policies"
    exact: bool | None = True
    """Whether policies that are not named here are failures (they are, by default)."""
    __pydantic_extra__: dict[str, Policy] = Field(init=False)


class RowLevelSecurity(Entry):
    """Row-level security of a table. Short form: `rls: true`."""

    family: ClassVar[str] = "rls"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "boolean"}

    enabled: bool | None = None
    """Whether policies apply to roles that do not own the table. True where `rls` says nothing."""
    forced: bool | None = None
    """Whether they apply to the owner too."""
    policies: Policies | None = None
    """The policies."""

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return {"enabled": value}
        # Policies of a table whose row-level security is off protect nothing.
        return {"enabled": True, **value} if isinstance(value, dict) else value


class Trigger(Thing):
    """A trigger. Short form: `before update for each row execute touch_updated_at()`."""

    family: ClassVar[str] = "triggers"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(shorthand.trigger)

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
    when: str | None = None
    """Condition, compared by its text; `absent` when there must be none."""
    enabled: bool | None = None
    """Whether it fires in an ordinary session."""


class Triggers(Things):
    """Triggers by name."""

    family: ClassVar[str] = "triggers"
    __pydantic_extra__: dict[str, Trigger] = Field(init=False)


class Table(Thing):
    """A table. `name: absent` says that it must not exist."""

    family: ClassVar[str] = "tables"

    columns: Columns | None = None
    """Expected columns."""
    primary_key: Names | None = None
    """Columns of the primary key, in order; `[]` when there must be none."""
    unique: list[Names] | None = None
    """Column lists that a unique constraint or a whole unique index covers, in any order."""
    foreign_keys: ForeignKeys | None = None
    """Expected foreign keys."""
    checks: CheckConstraints | None = None
    """Expected check constraints."""
    indexes: Indexes | None = None
    """Expected indexes."""
    rls: RowLevelSecurity | None = None
    """Row-level security and its policies."""
    triggers: Triggers | None = None
    """Expected triggers."""


class Tables(Things):
    """Tables by name, or by `schema.name`."""

    family: ClassVar[str] = "tables"
    __pydantic_extra__: dict[str, Table] = Field(init=False)


class Type(Thing):
    """A type. Short form of an enum: the list of its labels."""

    family: ClassVar[str] = "types"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}

    enum: list[str] | None = None
    """Labels of an enum, in order."""

    @model_validator(mode="before")
    @classmethod
    def _from_labels(cls, value: Any) -> Any:
        return {"enum": value} if isinstance(value, list) else value


class Types(Things):
    """Types by name."""

    family: ClassVar[str] = "types"
    __pydantic_extra__: dict[str, Type] = Field(init=False)


class Function(Thing):
    """A function or procedure."""

    family: ClassVar[str] = "functions"

    returns: str | None = None
    """Result: a type, `setof <type>`, `trigger`, or `table` for any `returns table (…)`."""
    security: Annotated[Literal["invoker", "definer"] | None, BeforeValidator(in_lower_case)] = None
    """Whose rights it runs with."""
    search_path: str | None = None
    """Value that it pins: `""`, `"pg_catalog, public"`; `absent` when it must pin none."""
    language: str | None = None
    """Language: `sql`, `plpgsql`."""
    volatility: Annotated[
        Literal["immutable", "stable", "volatile"] | None, BeforeValidator(in_lower_case)
    ] = None
    """What the planner may assume."""


class Functions(Things):
    """Functions by signature, `f(text, integer)`; the name alone where it is not overloaded."""

    family: ClassVar[str] = "functions"
    __pydantic_extra__: dict[str, Function] = Field(init=False)


class VectorColumn(Thing):
    """A vector column. Short form: its number of dimensions."""

    family: ClassVar[str] = "vector_columns"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "integer"}

    dimensions: int | None = None
    """Number of dimensions of the column's type."""

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, value: Any) -> Any:
        return {"dimensions": value} if type(value) is int else value


class VectorColumns(Things):
    """Vector columns by `table.column`, where they differ from the default."""

    family: ClassVar[str] = "vector_columns"
    __pydantic_extra__: dict[str, VectorColumn] = Field(init=False)


class Vectors(Entry):
    """What holds for pgvector's columns."""

    family: ClassVar[str] = "vectors"

    dimensions: int | None = None
    """Number of dimensions of every vector column in the schemas in scope."""
    columns: VectorColumns | None = None
    """Columns that have an expectation of their own."""


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


def _off(value: Any) -> Any:
    return None if value is False else value


Switch = Annotated[Rule | None, BeforeValidator(_off)]


class VectorRule(Rule):
    """How long vectors are in the migration files. Short form: `true`."""

    dimensions: int | None = None
    """Number of dimensions; by default the one that most of them have."""


class LockRule(Rule):
    """Which statements keep others waiting. Short form: `true`."""

    postgres: int | None = None
    """Major version of the server that they are meant for; by default the one that is there."""


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
    one_vector_dimension: Annotated[VectorRule | None, BeforeValidator(_off)] = None
    """All vectors in the migration files have one number of dimensions."""
    definer_search_path: Switch = None
    """Functions of the migration files that run with their owner's rights pin their search_path."""
    rls_on_created_tables: Switch = None
    """The migration files enable row-level security on every table that they create."""
    no_destructive_statements: Switch = None
    """The migration files destroy nothing without a comment that approves it."""
    no_blocking_statements: Annotated[LockRule | None, BeforeValidator(_off)] = None
    """The migration files keep no table locked that others work with."""
    no_rollbacks: Switch = None
    """No script that leads back is among the migration files."""


class DataSet(Entry):
    """What holds for the rows of a table."""

    family: ClassVar[str] = "data"
    settings: ClassVar[frozenset[str]] = frozenset({"where"})

    where: str | None = None
    """Condition that limits every expectation of this entry to some rows."""
    rows: int | str | None = None
    """Number of rows: `5`, `">= 1"`."""
    not_null: Names | None = None
    """Columns that are never NULL."""
    unique: list[Names] | None = None
    """Column lists whose values occur once."""
    references: dict[str, str] | None = None
    """Column to `table.column`: every value that is not NULL is found there."""


class Query(Entry):
    """A query of your own."""

    family: ClassVar[str] = "queries"
    settings: ClassVar[frozenset[str]] = frozenset({"sql"})

    sql: str
    """One statement that only reads."""
    returns: Any
    """`nothing`, one value, one row as a list, or all rows as a list of lists."""


class Queries(Entry):
    """Queries by a name of your choice."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Query] = Field(init=False)

    def items(self) -> Iterator[tuple[str, Query]]:
        """Yield each name and its query."""
        yield from (self.__pydantic_extra__ or {}).items()


class Explained(Entry):
    """A table of the migrated database that tells what became of rows."""

    table: str
    """Its name: `legacy.unmapped_rows`."""
    where: str | None = None
    """Condition that limits it to the rows of one table."""
    match: Pairs
    """How its rows are found: columns or expressions as they were before, each with its own."""


class PreservedTable(Entry):
    """Rows that were there before the migrations and are found afterwards."""

    family: ClassVar[str] = "preserved"
    settings: ClassVar[frozenset[str]] = frozenset(
        {"in_", "match", "where", "exceptions", "explained_by"}
    )
    implied: ClassVar[tuple[str, ...]] = ("found",)

    in_: str | None = Field(None, alias="in")
    """Table in which they are found; by default the one of the same name."""
    match: Pairs
    """What makes a row the same: columns or expressions as they were before, each with what it has
    become, compared as text: `{content: content, btrim(service_id): user_id}`, or `[id, name]`."""
    where: str | None = None
    """Condition on the rows before that are followed."""
    exceptions: dict[str, Exempt] = Field({}, alias="except")
    """Conditions on the rows before that may be lost, each with its reason. One that no lost row
    needs fails."""
    explained_by: Explained | None = None
    """Table that has an entry for each row that was left behind."""


class Preserved(Entry):
    """Rows that a migration takes along, by the table that they were in."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, PreservedTable] = Field(init=False)


class Data(Entry):
    """What holds for the rows of tables, by table."""

    model_config = ConfigDict(extra="allow")
    queries: Queries | None = None
    """Queries of your own."""
    preserved: Preserved | None = None
    """Rows that were there before the migrations and are found afterwards."""
    __pydantic_extra__: dict[str, DataSet] = Field(init=False)

    def items(self) -> Iterator[tuple[str, DataSet]]:
        """Yield each table's name as written and its entry."""
        yield from (self.__pydantic_extra__ or {}).items()


class SchemaVersion(Entry):
    """The version that the database says it has."""

    family: ClassVar[str] = "schema_version"
    settings: ClassVar[frozenset[str]] = frozenset({"table", "column"})

    table: str = "schema_migrations"
    """Table that lists the versions."""
    column: str = "version"
    """Its column."""
    contains: Names | None = None
    """Versions that are listed."""
    exact: Names | None = None
    """The versions that are listed, and no others."""


class Versions(Entry):
    """What holds for the versions in the migrations' file names."""

    family: ClassVar[str] = "migrations"

    unique: bool | None = None
    """No version is used twice."""
    ordered: bool | None = None
    """Sorted by name the files come in the order of their versions."""
    pattern: str | None = None
    """Regular expression that every file name matches."""
    same_width: bool | None = None
    """All versions have the same number of digits."""
    distinct: bool | None = None
    """No two files say the same."""


class Budget(Entry):
    """What the migrations may cost those who use the database meanwhile."""

    family: ClassVar[str] = "budget"

    lock: TableLock | dict[str, TableLock] | None = None
    """Strongest lock on any table that was there before, or on each of some:
    `{memories: share row exclusive}`."""
    rewrite: Annotated[Names | None, BeforeValidator(_none)] = None
    """Tables that may be rewritten; `none` when no table may."""
    seconds: float | None = Field(None, strict=False)
    """Time for all files together, on the rows of the rehearsal."""


class Stage(Entry):
    """What holds right after a version has been applied."""

    schema_version: SchemaVersion | None = None
    """The version that the database says it has."""
    extensions: Extensions | None = None
    """Extensions."""
    schemas: Schemas | None = None
    """Schemas."""
    types: Types | None = None
    """Types."""
    tables: Tables | None = None
    """Tables."""
    functions: Functions | None = None
    """Functions and procedures."""
    vectors: Vectors | None = None
    """What holds for pgvector's columns."""
    rules: Rules | None = None
    """Rules over everything in scope."""
    data: Data | None = None
    """What holds for the rows."""

    @model_validator(mode="after")
    def _says_something(self) -> "Stage":
        if not self.model_fields_set:
            raise ValueError("nothing would be checked; name at least one table, rule or query")
        return self


class Stages(Entry):
    """What holds on the way, by version; `baseline` is before the first."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Stage] = Field(init=False)

    def items(self) -> Iterator[tuple[str, Stage]]:
        """Yield each version as written and what holds then."""
        yield from (self.__pydantic_extra__ or {}).items()


class Deployed(Rule):
    """What may differ between a live database and the one that the files build."""

    schemas: list[str] | None = None
    """Schemas to compare; by default all of both."""
    exceptions: dict[str, Exempt] = Field({}, alias="except")
    """Patterns of what may differ, each with its reason: `public.tmp_*`, `index public.users.i`.
    One that matches nothing fails."""


class Ledger(Entry):
    """The table in which a runner writes down what it has applied. Short form: its name."""

    family: ClassVar[str] = "ledger"
    settings: ClassVar[frozenset[str]] = frozenset({"table", "column", "content", "order"})
    implied: ClassVar[tuple[str, ...]] = ("applied", "known", "unedited", "ordered")
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}

    table: str = "schema_migrations"
    """The table: `schema_migrations`, `supabase_migrations.schema_migrations`."""
    column: str = "version"
    """Its column with the version, or with the name of the file."""
    content: str | None = None
    """Its column with what was run, or a checksum; by default `statements`, `checksum`, `hash`."""
    order: str | None = None
    """Its column that tells what came first; by default `installed_rank`, `applied_at`, …"""
    applied: bool | None = None
    """Every file is listed as applied."""
    known: dict[str, str] = {}
    """Versions that are listed and have no file: pattern to reason. Others are failures."""
    unedited: dict[str, str] = {}
    """Versions that may differ from what was applied: pattern to reason. Others are failures."""
    ordered: bool | None = None
    """The files were applied in their order."""

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        return {"table": value} if isinstance(value, str) else value


class Migrations(Entry):
    """Files that build a disposable database, and what holds for them."""

    family: ClassVar[str] = "migrations"
    settings: ClassVar[frozenset[str]] = frozenset(
        {"directory", "role", "baseline", "seed", "apply", "rollback"}
    )
    implied: ClassVar[tuple[str, ...]] = ("applies", "ignored")

    directory: str = "migrations"
    """Folder, relative to this file."""
    role: str | None = None
    """Role that runs the files, created if it is not there: no superuser, with the rights that the
    platform gives to `postgres`. By default the superuser of the disposable server."""
    baseline: Names = []
    """Files or patterns of the state before, applied first, in order; or a backup of pg_dump."""
    seed: Names = []
    """Files of rows that are there before."""
    apply: Names | None = None
    """Files or patterns to apply; by default all of the folder, in the order of their versions."""
    rollback: Names = []
    """Files or patterns that lead back."""
    versions: Versions | None = None
    """What holds for the versions in the file names."""
    ignored: dict[str, str] = {}
    """Files of the folder that are no migrations: pattern to reason. Others are failures."""
    idempotent: bool | None = None
    """Applying everything a second time changes nothing."""
    reversible: bool | None = None
    """After the rollback the catalog and the baseline's rows are as before."""
    ledger: Ledger | None = None
    """With --schema-dsn: what its table of applied migrations says agrees with the files."""
    deployed: Annotated[Deployed | None, BeforeValidator(_off)] = None
    """With --schema-dsn: that database is what the files build, and nothing was made by hand."""
    resumable: bool | None = None
    """Interrupted anywhere and run again, the migrations come to the same end."""
    budget: Budget | None = None
    """What the migrations may cost those who use the database meanwhile."""
    at: Stages | None = None
    """What holds on the way: expectations by the version after which they hold."""


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
    """How a disposable database is built, before the migrations."""

    settings: ClassVar[frozenset[str]] = frozenset({"platform", "prepare"})

    platform: Platform = Platform(postgres=PlatformScripts())
    """What is there beforehand: nothing, or Supabase's roles, schemas and functions."""
    prepare: Names = []
    """SQL files or patterns, relative to this file, that run before anything else of yours."""
    extensions: Extensions | None = None
    """Extensions that are created beforehand, and expected of any database."""


class Defaults(Entry):
    """What is meant where nothing is said."""

    settings: ClassVar[frozenset[str]] = frozenset({"schema_"})

    schema_: str = Field("public", alias="schema")
    """Schema of names that have none."""


class Spec(Entry):
    """The whole file."""

    settings: ClassVar[frozenset[str]] = frozenset({"version", "defaults"})

    version: Literal[1] = 1
    """Version of this language."""
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
    functions: Functions | None = None
    """Functions and procedures."""
    vectors: Vectors | None = None
    """What holds for pgvector's columns."""
    rules: Rules | None = None
    """Rules over everything in scope."""
    data: Data | None = None
    """What holds for the rows."""
