"""What a file says of tables."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from pytest_schemaverify.kinds.checks.model import CheckConstraints
from pytest_schemaverify.kinds.columns.model import Columns
from pytest_schemaverify.kinds.exclusions.model import Exclusions
from pytest_schemaverify.kinds.foreign_keys.model import ForeignKeys
from pytest_schemaverify.kinds.foreign_tables.model import ForeignTable
from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.kinds.indexes.model import Indexes
from pytest_schemaverify.kinds.partitions.model import Partitions
from pytest_schemaverify.kinds.primary_key.model import Key
from pytest_schemaverify.kinds.rewrite_rules.model import RewriteRules
from pytest_schemaverify.kinds.rls.model import RowLevelSecurity
from pytest_schemaverify.kinds.statistics.model import AllStatistics
from pytest_schemaverify.kinds.triggers.model import Triggers
from pytest_schemaverify.kinds.unique_constraints.model import UniqueConstraints
from pytest_schemaverify.language.base import Owned, Section, Things
from pytest_schemaverify.language.values import (
    Names,
    NamesOrNone,
    Storage,
    in_lower_case,
)


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
    inherits: NamesOrNone = None
    """Exact set of the tables that it inherits from; `none` when there must be none."""
    of_type: str | None = None
    """Composite type that its columns follow, as in `create table … of`; `absent` for none."""
    access_method: str | None = None
    """How its rows are stored: `heap`, or what an extension brings."""
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
    the order, `nulls not distinct` and `include` stand under `unique_constraints`."""
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


SECTION = Section(Tables, "Tables.")
