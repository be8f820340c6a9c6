"""How the names in a statement are looked up, and the names that resolve to nothing."""

from collections.abc import Collection
from typing import NamedTuple

from pytest_schemaverify.migrations.static.nodes import Name
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.schema_state import Gone, Relation, SchemaState


class RowSource(NamedTuple):
    """A table, view or query whose rows a statement reads, with the names of all its columns."""

    name: Name
    columns: Collection[str]

    @classmethod
    def of(cls, table: Relation) -> "RowSource | None":
        """Return the row source of a relation; None where some of its columns are not known."""
        return cls(table.name, table.columns) if table.complete else None


class Dangling(NamedTuple):
    """A name in a statement that no object has."""

    kind: str
    """table, column, function."""
    name: str
    place: Place
    subject: str
    """The function, view, policy or trigger that uses the name."""
    gone: Gone | None
    """How an object of that name went away, if there was one."""
    near: str
    """The most similar name that exists; "" for none."""


class Lookup(NamedTuple):
    """Where the names in a statement, or in the body of a function, are looked up."""

    subject: str
    """The function, view, policy or trigger that the statement belongs to, for messages."""
    state: SchemaState
    path: tuple[str, ...] | None = None
    """The search_path that it pins; None where the session decides."""
    made: frozenset[str] = frozenset()
    """Names of tables that functions create while they run, so that no other file does."""
    variables: frozenset[str] = frozenset()
    """Parameters and variables, which are named like columns."""
    row: RowSource | None = None
    """What a trigger's function calls `new` and `old`; None where its columns are not known."""
