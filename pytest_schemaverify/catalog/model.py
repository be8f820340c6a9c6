"""The rows of a snapshot, in the terms of the SQL commands that make such objects.

Named tuples, not dataclasses: a schema of 2,000 tables has 50,000 rows, and making them is then
three times as fast. There are no OIDs in them: two databases with equal schemas have equal rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Key = tuple[str, ...]


class Schema(NamedTuple):
    """A schema that is neither the server's nor an extension's."""

    name: str
    owner: str
    acl: tuple[str, ...]
    comment: str


class Extension(NamedTuple):
    """An installed extension."""

    name: str
    version: str
    schema: str


class Table(NamedTuple):
    """A table, a partitioned table or a foreign table."""

    schema: str
    name: str
    kind: str
    persistence: str
    owner: str
    rls: bool
    forced: bool
    options: tuple[str, ...]
    acl: tuple[str, ...]
    comment: str


class View(NamedTuple):
    """A view or materialized view."""

    schema: str
    name: str
    kind: str
    owner: str
    options: tuple[str, ...]
    definition: str
    acl: tuple[str, ...]
    comment: str


class Sequence(NamedTuple):
    """A sequence, without the value that it has reached."""

    schema: str
    name: str
    owner: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cycle: bool
    acl: tuple[str, ...]


class Column(NamedTuple):
    """A column of a table or view that has not been dropped."""

    schema: str
    table: str
    name: str
    type: str
    """As format_type() prints it with an empty search_path."""
    nullable: bool
    default: str | None
    generated: str | None
    stored: bool
    identity: str
    """`always`, `by default` or empty."""
    collation: str
    position: int
    acl: tuple[str, ...]
    comment: str


class Constraint(NamedTuple):
    """A constraint of a table. NOT NULL is a property of the column here."""

    schema: str
    table: str
    name: str
    kind: str
    """`primary key`, `unique`, `foreign key`, `check`, `exclude` or `trigger`."""
    columns: tuple[str, ...]
    references: tuple[str, str, tuple[str, ...]] | None
    """Schema, table and columns that a foreign key refers to."""
    on_delete: str
    on_update: str
    match: str
    deferrable: bool
    deferred: bool
    validated: bool
    expression: str | None
    comment: str


class IndexKey(NamedTuple):
    """One key column of an index."""

    expression: str
    operator_class: str
    default_operator_class: bool
    collation: str
    descending: bool
    nulls_first: bool

    def __str__(self) -> str:
        collation = f' collate "{self.collation}"' if self.collation else ""
        operator_class = "" if self.default_operator_class else f" {self.operator_class}"
        descending = " desc" if self.descending else ""
        usual = self.nulls_first == self.descending
        nulls = "" if usual else f" nulls {'first' if self.nulls_first else 'last'}"
        return f"{self.expression}{collation}{operator_class}{descending}{nulls}"


class Index(NamedTuple):
    """An index; those behind constraints too."""

    schema: str
    table: str
    name: str
    method: str
    unique: bool
    primary: bool
    valid: bool
    keys: tuple[IndexKey, ...]
    include: tuple[str, ...]
    where: str | None
    options: tuple[str, ...]
    nulls_not_distinct: bool
    comment: str


class Policy(NamedTuple):
    """A row-level security policy."""

    schema: str
    table: str
    name: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: str | None
    with_check: str | None
    comment: str


class Trigger(NamedTuple):
    """A trigger that a user made."""

    schema: str
    table: str
    name: str
    timing: str
    events: tuple[str, ...]
    level: str
    function: str
    when: str | None
    enabled: str
    """`origin`, `replica`, `always` or `disabled`."""
    definition: str
    comment: str


class Function(NamedTuple):
    """A function, procedure, aggregate or window function."""

    schema: str
    name: str
    arguments: str
    """Types of the input arguments, separated by a comma and a space."""
    kind: str
    returns: str
    language: str
    security: str
    volatility: str
    strict: bool
    leakproof: bool
    parallel: str
    settings: tuple[str, ...]
    """`set` clauses, as `name=value`."""
    owner: str
    signature: str
    """Names, modes and defaults of the arguments as well."""
    source: str
    acl: tuple[str, ...]
    comment: str


class Type(NamedTuple):
    """An enum, domain, composite or range type."""

    schema: str
    name: str
    kind: str
    labels: tuple[str, ...]
    definition: str
    owner: str
    acl: tuple[str, ...]
    comment: str


class Publication(NamedTuple):
    """A publication and what it publishes."""

    name: str
    all_tables: bool
    commands: tuple[str, ...]
    tables: tuple[str, ...]


class DefaultPrivileges(NamedTuple):
    """What `alter default privileges` has set."""

    role: str
    schema: str
    kind: str
    acl: tuple[str, ...]


Row = Any
"""One of the rows above; which one is told by its family."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that was read from one database, at one moment."""

    version: int
    """`server_version_num`: 180006 is PostgreSQL 18.6."""
    families: Mapping[str, Mapping[Key, Row]]
    _groups: dict[str, dict[tuple[str, str], list[Row]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Rows by their table, filled as they are asked for."""

    def find(self, family: str, key: Key) -> Row | None:
        """Return the object of that name, if the database has it."""
        return self.families[family].get(key)

    def of_table(self, family: str, schema: str, table: str) -> list[Row]:
        """Return what belongs to a table: its constraints, indexes, policies, triggers, columns."""
        groups = self._groups.get(family)
        if groups is None:
            groups = self._groups[family] = {}
            for row in self.families[family].values():
                groups.setdefault((row.schema, row.table), []).append(row)
        return groups.get((schema, table), [])
