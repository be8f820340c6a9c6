"""Tables and what belongs to them."""

import typing
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    Tag,
    WithJsonSchema,
    model_validator,
)

from pytest_schemaverify import names
from pytest_schemaverify.names import quoted

from . import shorthand
from .attached import AllStatistics, Firing, RewriteRules
from .base import (
    Described,
    Entry,
    Names,
    Owned,
    Sql,
    Storage,
    Terms,
    Things,
    When,
    in_lower_case,
    none_as_empty,
)
from .rights import Grants
from .server import ForeignTable

Action = Literal["no action", "restrict", "cascade", "set null", "set default"]
_ACTIONS = typing.get_args(Action)
Deletion = Annotated[
    Action | Annotated[str, Field(pattern=r"^set (null|default) \([^()]+\)$")],
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [*_ACTIONS, *(word.upper() for word in _ACTIONS)]},
                {"type": "string", "pattern": r"^(set|SET) (null|default|NULL|DEFAULT) ?\(.+\)$"},
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


class Column(Described):
    """A column. Short form: as in DDL, `uuid not null default gen_random_uuid()`."""

    family: ClassVar[str] = "columns"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(shorthand.column)

    type: str | None = None
    """SQL type, in any spelling that the server takes: `varchar(80)`, `vector(1536)`."""
    nullable: bool | None = None
    """Whether the column accepts NULL."""
    default: Sql | None = None
    """Default expression; `absent` when there must be none."""
    generated: str | None = None
    """Expression of a generated column; `absent` when it must not be one."""
    identity: Annotated[
        Literal["always", "by default", "absent"] | None, BeforeValidator(in_lower_case)
    ] = None
    """How an identity column takes its values."""
    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select, insert], anon: []}`."""
    stored: bool | None = None
    """Whether the values of a generated column are stored, or computed when they are read."""
    collation: str | None = None
    """Collation: `'"C"'`, `pg_catalog."de-x-icu"`; `absent` for that of the type."""
    storage: Annotated[
        Literal["plain", "external", "extended", "main"] | None, BeforeValidator(in_lower_case)
    ] = None
    """How long values are kept."""
    compression: Annotated[
        Literal["pglz", "lz4", "absent"] | None, BeforeValidator(in_lower_case)
    ] = None
    """How they are compressed; `absent` for what the server does by default."""
    statistics: int | Literal["absent"] | None = None
    """Statistics target; `absent` for the server's default."""
    inherited: bool | None = None
    """Whether a table that this one inherits from, or is a partition of, has the column."""
    position: int | None = None
    """Place among the columns, from 1."""


class Columns(Things):
    """Columns by name."""

    family: ClassVar[str] = "columns"
    __pydantic_extra__: dict[str, Column] = Field(init=False)


class ForeignKey(Described):
    """A foreign key. Short form: `auth.users(id) on delete cascade`."""

    family: ClassVar[str] = "foreign_keys"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(shorthand.foreign_key)

    references: str | None = None
    """Referenced table and columns: `auth.users(id)`."""
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
    """Foreign keys, each by its column, its columns (`a, b`) or its constraint's name."""

    family: ClassVar[str] = "foreign_keys"
    __pydantic_extra__: dict[str, ForeignKey] = Field(init=False)


class CheckConstraint(Described):
    """A check constraint. Short form: its expression."""

    family: ClassVar[str] = "checks"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(lambda text: {"expression": text})

    expression: Sql | None = None
    """Expression, compared by what the server makes of it."""
    validated: bool | None = None
    """Whether all rows were checked; false for `not valid`."""
    enforced: bool | None = None
    """Whether the server enforces it (PostgreSQL 18)."""
    no_inherit: bool | None = None
    """Whether tables that inherit from this one are left out."""


class CheckConstraints(Things):
    """Check constraints by name."""

    family: ClassVar[str] = "checks"
    __pydantic_extra__: dict[str, CheckConstraint] = Field(init=False)


class UniqueConstraint(Described):
    """A unique constraint. Short form: its columns."""

    family: ClassVar[str] = "unique_constraints"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}

    columns: Names | None = None
    """Its columns, in any order."""
    nulls: Annotated[Literal["distinct", "not distinct"] | None, BeforeValidator(in_lower_case)] = (
        None
    )
    """Whether NULL counts as a value (PostgreSQL 15)."""
    include: Names | None = None
    """Columns that its index stores beside."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""

    @model_validator(mode="before")
    @classmethod
    def _from_columns(cls, value: Any) -> Any:
        return {"columns": value} if isinstance(value, list) else value


class UniqueConstraints(Things):
    """Unique constraints by name."""

    family: ClassVar[str] = "unique_constraints"
    __pydantic_extra__: dict[str, UniqueConstraint] = Field(init=False)


class Exclusion(Described):
    """An exclusion constraint. Short form: `using gist (room with =, during with &&)`."""

    family: ClassVar[str] = "exclusions"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(shorthand.exclusion)

    method: str | None = None
    """Access method of its index: `gist`, `btree`."""
    elements: Names | None = None
    """Columns or expressions, each with the operator that no two rows fulfil: `room with =`."""
    where: Sql | None = None
    """Predicate of the rows that it is for; `absent` when it must be for all."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""


class Exclusions(Things):
    """Exclusion constraints by name."""

    family: ClassVar[str] = "exclusions"
    __pydantic_extra__: dict[str, Exclusion] = Field(init=False)


class PrimaryKey(Entry):
    """A primary key. Short form: its columns."""

    family: ClassVar[str] = "primary_key"

    columns: Names | None = None
    """Its columns, in order."""
    name: str | None = None
    """Name of the constraint."""
    include: Names | None = None
    """Columns that its index stores beside."""
    deferrable: bool | None = None
    """Whether it can wait until the end of a transaction."""
    initially_deferred: bool | None = None
    """Whether it waits until the end of a transaction."""


def _is_mapping(value: Any) -> str:
    return "mapping" if isinstance(value, (dict, PrimaryKey)) else "columns"


Key = Annotated[
    Annotated[Names, Tag("columns")] | Annotated[PrimaryKey, Tag("mapping")],
    Discriminator(_is_mapping),
]


class Index(Described):
    """An index. Short form: a `create index` statement."""

    family: ClassVar[str] = "indexes"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(shorthand.index)

    _said: tuple[str, str] = PrivateAttr(("", ""))

    @model_validator(mode="wrap")
    @classmethod
    def _remembering(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        entry = handler(value)
        if isinstance(value, str):
            entry._said = shorthand.index_names(value)
        return entry

    def contradiction(self, key: tuple[str, ...], schema: str) -> str:
        """Return in what a statement contradicts the place of its entry, or ""."""
        name, table = self._said
        if name and names.single(name) != key[2]:
            return f"the statement creates the index {name}, and the entry is {quoted(key[2])}"
        if table and names.qualified(table, schema) != key[:2]:
            return f"the statement is about {table}, and stands below {quoted(*key[:2])}"
        return ""

    method: str | None = None
    """Access method: `btree`, `gin`, `hnsw`."""
    columns: Names | None = None
    """Key columns or expressions in order, each as in DDL:
    `embedding vector_cosine_ops`, `created_at desc`, `lower(email)`."""
    include: Names | None = None
    """Columns that are stored but not part of the key."""
    unique: bool | None = None
    """Whether the index enforces uniqueness."""
    where: Sql | None = None
    """Predicate of a partial index; `absent` when it must not be partial."""
    with_: Storage | None = Field(None, alias="with")
    """Storage parameters: `{m: 16, ef_construction: 64}`."""
    valid: bool | None = None
    """Whether the index is usable: a failed `create index concurrently` leaves one that is not."""
    nulls_not_distinct: bool | None = None
    """Whether NULL counts as a value for a unique index (PostgreSQL 15)."""
    clustered: bool | None = None
    """Whether `cluster` goes by it."""
    replica_identity: bool | None = None
    """Whether subscribers tell rows by it."""
    tablespace: str | None = None
    """Tablespace; `absent` for that of the database."""


class Indexes(Things):
    """Indexes by name."""

    family: ClassVar[str] = "indexes"
    __pydantic_extra__: dict[str, Index] = Field(init=False)


class Policy(Described):
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
    using: Sql | None = None
    """Expression for rows that are there; `absent` when there must be none."""
    with_check: Sql | None = None
    """Expression for rows to be written; `absent` when there must be none."""


class Policies(Things):
    """Policies by name. Others are failures unless `exact: false`."""

    family: ClassVar[str] = "policies"
    exact: bool | None = True
    """Whether policies that are not named here are failures (they are, by default)."""
    __pydantic_extra__: dict[str, Policy] = Field(init=False)


class RowLevelSecurity(Terms):
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


class Trigger(Described):
    """A trigger. Short form: `before update for each row execute touch_updated_at()`."""

    family: ClassVar[str] = "triggers"
    expectations: ClassVar[frozenset[str]] = frozenset({"when"})
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
    when: str | When | None = None  # type: ignore[assignment]
    """Condition, compared by its text; `absent` when there must be none. A mapping says where the
    trigger is expected, as it does everywhere else."""
    enabled: bool | Firing | None = None
    """Whether it fires in an ordinary session; or `origin`, `replica`, `always`, `disabled`."""
    columns: Names | None = None
    """Exact set of the columns of which an update fires it; `[]` for any."""
    constraint: bool | None = None
    """Whether it is a constraint trigger, which can be deferred."""
    deferrable: bool | None = None
    """Whether a constraint trigger can wait for the end of the transaction."""
    initially_deferred: bool | None = None
    """Whether a constraint trigger does so from the start: `initially deferred`."""
    old_table: str | None = None
    """Name of the transition table of rows before, `referencing old table`; `absent` for none."""
    new_table: str | None = None
    """Name of the transition table of rows after, `referencing new table`; `absent` for none."""


class Triggers(Things):
    """Triggers by name."""

    family: ClassVar[str] = "triggers"
    __pydantic_extra__: dict[str, Trigger] = Field(init=False)


class Partition(Described):
    """A partition. Short form: its bound, `for values in ('de')` or `default`."""

    family: ClassVar[str] = "partitions"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(lambda text: {"bound": text})

    bound: str | None = None
    """Rows that it takes: `from ('2026-01-01') to ('2027-01-01')`, `in ('de', 'at')`, `default`."""


class Partitions(Things):
    """Partitions by name; without a schema in that of the partitioned table."""

    family: ClassVar[str] = "partitions"
    __pydantic_extra__: dict[str, Partition] = Field(init=False)


class Table(Owned):
    """A table. `name: absent` says that it must not exist."""

    family: ClassVar[str] = "tables"

    kind: Annotated[
        Literal["table", "partitioned table", "foreign table"] | None,
        BeforeValidator(in_lower_case),
    ] = None
    """What kind of table it is."""
    persistence: Annotated[
        Literal["permanent", "unlogged"] | None, BeforeValidator(in_lower_case)
    ] = None
    """Whether its rows survive a crash."""
    partitioned_by: str | None = None
    """Strategy and key: `range (created_at)`; `absent` when it must not be partitioned."""
    partitions: Partitions | None = None
    """Expected partitions."""
    inherits: Annotated[Names | None, BeforeValidator(none_as_empty)] = None
    """Exact set of the tables that it inherits from; `none` when there must be none."""
    with_: Storage | None = Field(None, alias="with")
    """Storage parameters: `{fillfactor: 70}`."""
    replica_identity: str | None = None
    """What tells a row to subscribers: `default`, `nothing`, `full` or the name of an index."""
    columns: Columns | None = None
    """Expected columns."""
    primary_key: Key | None = None
    """Columns of the primary key, in order; `[]` when there must be none."""
    unique: list[Names] | None = None
    """Column lists that a unique constraint or a whole unique index covers, in any order. Names,
    `nulls not distinct` and `include` stand under `unique_constraints`."""
    foreign_keys: ForeignKeys | None = None
    """Expected foreign keys."""
    unique_constraints: UniqueConstraints | None = None
    """Expected unique constraints."""
    exclusions: Exclusions | None = None
    """Expected exclusion constraints."""
    constraints: Literal["exact"] | None = None
    """`exact`: there are no other constraints than those that the table's keys name."""
    checks: CheckConstraints | None = None
    """Expected check constraints."""
    indexes: Indexes | None = None
    """Expected indexes."""
    rls: RowLevelSecurity | None = None
    """Row-level security and its policies."""
    triggers: Triggers | None = None
    """Expected triggers."""
    rewrite_rules: RewriteRules | None = None
    """Expected rules, as `create rule` makes them."""
    statistics: AllStatistics | None = None
    """Expected extended statistics."""
    foreign: ForeignTable | None = None
    """Where the rows of a foreign table are."""
    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select, insert], anon: []}`."""


class Tables(Things):
    """Tables by name, or by `schema.name`."""

    family: ClassVar[str] = "tables"
    __pydantic_extra__: dict[str, Table] = Field(init=False)
