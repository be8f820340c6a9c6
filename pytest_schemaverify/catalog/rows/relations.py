"""Tables, views, sequences and columns."""

from typing import NamedTuple

from pytest_schemaverify.sql.names import quoted


class Table(NamedTuple):
    """A table, a partitioned table or a foreign table."""

    schema: str
    name: str
    kind: str
    persistence: str
    """`permanent` or `unlogged`."""
    owner: str
    rls: bool
    forced: bool
    options: tuple[str, ...]
    """Storage parameters, as `name=value`."""
    acl: tuple[str, ...]
    comment: str
    partitioned_by: str
    """Strategy and key, `range (created_at)`; empty where it is not partitioned."""
    partition_of: str
    """The partitioned table that it is a part of, with its schema."""
    bound: str
    """Values of a partition: `for values from (…) to (…)` or `default`, in capitals."""
    inherits: tuple[str, ...]
    """Tables that it inherits from, each with its schema."""
    replica_identity: str
    """`default`, `nothing`, `full`, or `index` and the name of one."""
    tablespace: str
    """Empty for that of the database."""


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
    populated: bool
    """Whether a materialized view can be read; true for views."""

    @property
    def security_invoker(self) -> bool:
        """Whether it reads its tables with the rights of whoever reads it (since PostgreSQL 15)."""
        return self._option("security_invoker") in _TRUE

    @property
    def security_barrier(self) -> bool:
        """Whether its own conditions come before those of a query."""
        return self._option("security_barrier") in _TRUE

    @property
    def check_option(self) -> str:
        """`local`, `cascaded` or empty."""
        return self._option("check_option")

    def _option(self, name: str) -> str:
        return dict(option.split("=", 1) for option in self.options).get(name, "")


_TRUE = ("true", "on", "yes", "1")


class Sequence(NamedTuple):
    """A sequence, without the value that it has reached."""

    schema: str
    name: str
    owner: str
    persistence: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cycle: bool
    cache: int
    owned_by: str
    """Column whose values it makes and with which it is dropped: `public.users.id`, or empty."""
    acl: tuple[str, ...]
    comment: str


class NotNull(NamedTuple):
    """A NOT NULL constraint; only PostgreSQL 18 and later know more than that there is one."""

    name: str
    validated: bool
    no_inherit: bool
    """Whether the children of the table may have NULL."""
    comment: str

    def __str__(self) -> str:
        flags = (
            "" if self.validated else "not valid",
            "no inherit" if self.no_inherit else "inherited",
            f"comment {self.comment}" if self.comment else "",
        )
        return ", ".join(filter(None, (quoted(self.name) if self.name else "", *flags)))


class SystemColumn(NamedTuple):
    """A column that every table has, `ctid`, of one on which something is granted."""

    schema: str
    table: str
    name: str
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
    """Empty for that of the type."""
    position: int
    """Place among the columns that are there, from 1."""
    acl: tuple[str, ...]
    comment: str
    storage: str
    """`plain`, `external`, `extended` or `main`."""
    compression: str
    """`pglz`, `lz4`, or empty for that of the server."""
    statistics: int | None
    """Statistics target, where the column has one of its own."""
    options: tuple[str, ...]
    """Planner's options, `n_distinct=…`."""
    inherited: bool
    """Whether a table that this one inherits from, or is a partition of, has it."""
    not_null: NotNull | None
    """Its NOT NULL constraint, since PostgreSQL 18."""
