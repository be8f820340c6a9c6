"""Tables and what belongs to them."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Field,
)

from .attached import AllStatistics, RewriteRules
from .base import (
    Described,
    Names,
    Owned,
    Storage,
    Things,
    in_lower_case,
    none_as_empty,
)
from .columns import Columns
from .constraints import CheckConstraints, Exclusions, ForeignKeys, Key, UniqueConstraints
from .indexes import Indexes
from .rights import Grants
from .security import RowLevelSecurity
from .server import ForeignTable
from .triggers import Triggers


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
    """Privileges on it by role: `{authenticated: [select, insert], anon: []}`. One on a column of
    it counts too, unless `columns` says it: `{email: {grants: {anon: [select]}}}`."""


class Tables(Things):
    """Tables by name, or by `schema.name`."""

    family: ClassVar[str] = "tables"
    __pydantic_extra__: dict[str, Table] = Field(init=False)
