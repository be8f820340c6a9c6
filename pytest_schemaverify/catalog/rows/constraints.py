"""Constraints and indexes."""

from collections.abc import Sequence
from typing import NamedTuple


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
    """`set null (author)` where not all columns are meant."""
    on_update: str
    match: str
    deferrable: bool
    deferred: bool
    validated: bool
    expression: str | None
    """Expression of a check; an exclusion's whole definition."""
    comment: str
    enforced: bool
    no_inherit: bool
    operators: tuple[str, ...]
    """Operators of an exclusion, one for each key of its index."""
    without_overlaps: bool
    """Whether the last column is a range that may not overlap (`period` in a foreign key)."""
    system_triggers: tuple[str, ...]
    """How the triggers that enforce it are set, where not as usual: `public.notes disabled`."""

    @property
    def in_force(self) -> bool:
        """Whether rows that break it are refused now."""
        silent = any(one.endswith((" disabled", " replica")) for one in self.system_triggers)
        return self.enforced and not silent

    @property
    def key(self) -> list[tuple[str, bool]]:
        """Its columns, each with whether it is such a range."""
        return self.with_range(self.columns)

    def with_range(self, columns: Sequence[str]) -> list[tuple[str, bool]]:
        """Return its columns, or those that it refers to, each with whether it is the range."""
        last = len(columns) - 1 if self.without_overlaps else -1
        return [(name, at == last) for at, name in enumerate(columns)]

    @property
    def listed(self) -> str:
        """The columns of a foreign key, as the file names it."""
        return ", ".join(f"period {name}" if ranged else name for name, ranged in self.key)


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
    clustered: bool
    """Whether `cluster` without a name goes by it."""
    replica_identity: bool
    tablespace: str
    """Empty for that of the database."""
